-- lfs.lua - LuaFileSystem, for programs that require "lfs". The calls of the
-- system are in native/lfs.c; require finds the module through native.modules.

local native = ...
local module = native.lfs
local error, type, setmetatable, find, sub = error, type, setmetatable, string.find, string.sub
local remove, time = os.remove, os.time

local folder_open, folder_read, folder_close = module.folder_open, module.folder_read, module.folder_close
local link_target, link, link_attributes = module.link_target, module.link, module.symlinkattributes
for _, name in ipairs { "folder_open", "folder_read", "folder_close", "link_target" } do module[name] = nil end

module._VERSION = "LuaFileSystem 1.8.0"

local folder = {}
local folder_meta = { __index = folder, __name = "directory metatable" }

function folder:close()
  if self.open then folder_close(self.open) end
  self.open = nil
end

function folder:next()
  if not self.open then error("closed directory", 2) end
  if self.at > #self.names then
    self.names, self.at = folder_read(self.open), 1
    if self.names == "" then
      self:close()
      return
    end
  end
  local stop = find(self.names, "\0", self.at, true)
  local name = sub(self.names, self.at, stop - 1)
  self.at = stop + 1
  return name
end

folder_meta.__close = folder.close

local next_name = folder.next

--- lfs.dir(path)
--- An iterator over the names in a folder, and the folder: an object with the
--- methods next and close.
function module.dir(path)
  local open, why = folder_open(path)
  if not open then error(why, 2) end
  local f = setmetatable({ open = open, names = "", at = 1 }, folder_meta)
  return next_name, f, nil, f
end

--- lfs.symlinkattributes(path [, name | table])
--- As attributes, of a symbolic link itself; "target" is where it leads.
function module.symlinkattributes(path, what)
  if what == "target" then return link_target(path) end
  local found, why, code = link_attributes(path, what)
  if type(found) == "table" then found.target = link_target(path) end
  return found, why, code
end

local lock = {}
local lock_meta = { __index = lock, __name = "lock metatable" }

function lock:free()
  if self.path then remove(self.path) end
  self.path = nil
end

lock_meta.__close = lock.free
lock_meta.__gc = lock.free

--- lfs.lock_dir(path [, stale])
--- Makes a file in the folder that says it is taken, and returns an object
--- with the method free; nil and a message if there is one, and it is younger
--- than `stale` seconds.
function module.lock_dir(path, stale)
  local name = path .. "/lockfile.lfs"
  local made, why = link("lock", name, true)
  if not made and stale then
    local since = link_attributes(name, "modification")
    if since and time() - since > stale then
      remove(name)
      made, why = link("lock", name, true)
    end
  end
  if not made then return nil, why end
  return setmetatable({ path = name }, lock_meta)
end

native.modules = native.modules or {}

-- The module has always made itself a global, too.
function native.modules.lfs()
  lfs = module
  return module
end
