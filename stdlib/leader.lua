-- leader.lua - the output of a process that has a group leader: it is asked to
-- write, and the process waits for its answer, so that what was printed is
-- written before what the process does next. With a leader that is gone, or ends
-- meanwhile, the streams of the VM take over.

local native = ...
local slow, leader_of, leader_gone, put_raw = native.slow, native.leader, native.leader_gone, native.put
local concat, output, stderr = table.concat, io.output, io.stderr
local monitor, self, tostring = monitor, self, tostring

local function put(stream, text)
  local leader = leader_of()
  if not leader then return put_raw(stream, text) end
  local ref <close> = monitor(leader)
  leader ! {"io_request", self(), ref, {"put_chars", stream, text}}
  receive
    case {"io_reply", ^ref, result or "ok"} then return result
    case {"DOWN", ^ref} then
  end
  leader_gone(leader)
  return put_raw(stream, text)
end

slow["print"] = function(...)
  put("stdout", concat({...}, "\t") .. "\n")
end

local function write(file, ...)
  local text = concat({...})
  local result = text == "" or put(file == stderr and "stderr" or "stdout", text)
  if result == true or result == "ok" then return file end
  return nil, tostring(result)
end

slow["file.write"] = write
slow["io.write"] = function(...) return write(output(), ...) end
