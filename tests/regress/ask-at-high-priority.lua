-- A process of high priority that asked another for its process_info looked for
-- the answer again and again, so that the other never came to give it.
process_flag("priority", "high")
local p = spawn({priority = "low"}, function() receive case "end" then end end)
print(process_info(p).priority)                 --> low
