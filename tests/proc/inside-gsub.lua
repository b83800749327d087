-- receive in a replacement function of gsub, and in a gmatch loop.
local me = self()
local dictionary = spawn(function()
  local words = {hello = "hallo", world = "Welt"}
  while true do
    receive case {from, word} then sleep(1) from ! {"means", words[word] or word} end
  end
end)
local function ask(word)
  dictionary ! {me, word}
  receive case {"means", m} then return m end
end
print((("hello big world"):gsub("%a+", ask)))      --> hallo big Welt
local out = {}
for w in ("hello world"):gmatch("%a+") do out[#out + 1] = ask(w) end
print(table.concat(out, " "))      --> hallo Welt
