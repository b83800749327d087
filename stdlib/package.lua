-- package.lua - code from files: loadfile, dofile, require.
-- package.path and package.cpath are made at boot (native/package.c).

local native, package, io, error, load, select, type = ..., package, io, error, load, select, type
local rawequal, rawget, tostring, concat = rawequal, rawget, tostring, table.concat
local is_sandboxed = native.is_sandboxed
local find, gmatch, gsub, match = string.find, string.gmatch, string.gsub, string.match
local open, stdin = io.open, io.stdin
local attributes = native.lfs.attributes
local pcall, sleep = pcall, sleep

local module_code, module_compile = native.module_code, native.module_compile
local module_of, module_state = native.module_of, native.module_state
local module_follows, module_fits = native.module_follows, native.module_fits
local module_need, module_rank, module_value = native.module_need, native.module_rank, native.module_value
local trial_begin, trial_run, trial_end = native.trial_begin, native.trial_run, native.trial_end
local trial_follows, trial_answer = native.trial_follows, native.trial_answer
local is_trial, ask = native.is_trial, native.ask

local function check_string(v, i, name)
  local kind = type(v)
  if kind == "number" then return tostring(v) end
  if kind ~= "string" then
    error("bad argument #" .. i .. " to '" .. name .. "' (string expected, got " ..
          (v == nil and "no value" or kind) .. ")", 3)
  end
  return v
end

-- What a process in a sandbox may not do, whatever files it names.
local function no_files(name)
  if is_sandboxed() then error("'" .. name .. "' is not available in a sandbox", 3) end
end

-- The text of a file without byte order mark and first line with #, and the
-- name of the chunk; nil and a message.
local function read_chunk(filename)
  local file, why = stdin, nil
  if filename then
    file, why = open(filename, "r")
    if not file then return nil, "cannot open " .. why end
  end
  local text
  text, why = file:read("a")
  if filename then file:close() end
  if not text then
    return nil, "cannot read " .. (filename or "stdin") .. ": " .. tostring(why)
  end
  if find(text, "^\xEF\xBB\xBF") then text = gsub(text, "^...", "") end
  if find(text, "^#") then text = gsub(text, "^[^\n]*", "") end
  return text, filename and "@" .. filename or "=stdin"
end

--- loadfile([filename [, mode [, env]]])
--- Compiles a file (without a name: the standard input) and returns it as a
--- function; nil and a message if it cannot.
function loadfile(filename, mode, ...)
  no_files("loadfile")
  if filename ~= nil then filename = check_string(filename, 1, "loadfile") end
  local text, name = read_chunk(filename)
  if not text then return nil, name end
  return load(text, name, mode, ...)
end
local loadfile = loadfile

--- dofile([filename])
--- Runs a file (without a name: the standard input) and returns its results.
function dofile(filename)
  no_files("dofile")
  if filename ~= nil then filename = check_string(filename, 1, "dofile") end
  local f, why = loadfile(filename)
  if not f then error(why, 0) end
  return f()
end

local function is_readable(filename)
  local file = open(filename, "r")
  if file then file:close() end
  return file ~= nil
end

-- A text as a pattern, and as a replacement.
local function plain(s) return (gsub(s, "%p", "%%%0")) end
local function literal(s) return (gsub(s, "%%", "%%%%")) end

--- package.searchpath(name, path [, sep [, rep]])
--- The first file of the path that can be read, with name in place of "?" and
--- sep (".") in name replaced by rep ("/"); otherwise nil and what was tried.
function package.searchpath(name, path, sep, rep)
  no_files("package.searchpath")
  name = check_string(name, 1, "searchpath")
  path = check_string(path, 2, "searchpath")
  sep = sep == nil and "." or check_string(sep, 3, "searchpath")
  rep = rep == nil and "/" or check_string(rep, 4, "searchpath")
  if sep ~= "" then name = gsub(name, plain(sep), literal(rep)) end
  local tried = {}
  for filename in gmatch(gsub(path, "%?", literal(name)) .. ";", "([^;]*);") do
    if is_readable(filename) then return filename end
    tried[#tried + 1] = "no file '" .. filename .. "'"
  end
  return nil, concat(tried, "\n\t")
end
local searchpath = package.searchpath

--- package.loadlib(path, name)
--- Returns nil and a message: libraries for the C API of Lua cannot be loaded.
function package.loadlib()
  return nil, "C modules cannot be loaded", "absent"
end

-- The table with the standard libraries in it, and that of loaders; require
-- keeps to these, whatever becomes of the fields.
local loaded, preload = package.loaded, {}
package.preload = preload

-- What is shared already. A process that loads a module for the second time runs
-- it, and has it to itself.
local seen = {}
native.slow["seen modules"] = seen

-- Searchers answer with a loader and its second argument, or with a text that
-- says what they have tried.

local function search_preload(name)
  local loader = preload[name]
  if loader == nil then return "no field package.preload['" .. name .. "']" end
  return loader, ":preload:"
end

local function search_path(name, field)
  if is_sandboxed() then return nil, "files are not available in a sandbox" end
  local path = package[field]
  if type(path) == "number" then path = tostring(path) end
  if type(path) ~= "string" then error("'package." .. field .. "' must be a string", 0) end
  return searchpath(name, path)
end

local function cannot_load(name, filename, why)
  error("error loading module '" .. name .. "' from file '" .. filename .. "':\n\t" .. why, 0)
end

-- The loader of a file: compiled once for all processes. A file that has
-- changed since is compiled for this one.
local function load_module(filename)
  local stamp = attributes(filename, "stamp")
  if not stamp then return loadfile(filename) end
  local loader = module_code(filename, stamp)
  if loader then return loader end
  local text, chunk = read_chunk(filename)
  if not text then return nil, chunk end
  if loader == nil then
    local why
    loader, why = module_compile(text, chunk, filename, stamp)
    if loader or loader == nil then return loader, why end
  end
  return load(text, chunk)
end

local function search_lua(name)
  local filename, tried = search_path(name, "path")
  if not filename then return tried end
  local loader, why = load_module(filename)
  if not loader then cannot_load(name, filename, why) end
  return loader, filename
end

-- What stands in for C modules that much of the Lua of others asks for.
local modules = native.modules

local C_MODULE = "it is a C module, and Moonlet loads modules written in Lua only;\n\t" ..
  "look for one with the same purpose in Lua, or leave this part to a program of its own (io.popen)"

local function search_c(name)
  if modules[name] then return modules[name], ":moonlet:" end
  local filename, tried = search_path(name, "cpath")
  if not filename then return tried end
  cannot_load(name, filename, C_MODULE)
end

-- A library with several modules in it, named after the first part.
local function search_c_root(name)
  local root = match(name, "^([^.]*)%.")
  if not root then return nil end
  local filename, tried = search_path(root, "cpath")
  if not filename then return tried end
  cannot_load(name, filename, C_MODULE)
end

package.searchers = { search_preload, search_lua, search_c, search_c_root }

local function find_loader(name)
  local searchers, tried = package.searchers, {}
  if type(searchers) ~= "table" then error("'package.searchers' must be a table", 3) end
  for i = 1, math.maxinteger do
    local searcher = rawget(searchers, i)
    if searcher == nil then
      error("module '" .. name .. "' not found:" .. concat(tried), 3)
    end
    local loader, data = searcher(name)
    if type(loader) == "function" then return loader, data end
    if type(loader) == "string" then tried[#tried + 1] = "\n\t" .. loader end
  end
end

-- As require leaves it.
local function keep(name, value)
  if value ~= nil then
    loaded[name] = value
  elseif loaded[name] == nil then
    loaded[name] = true
  end
  return loaded[name]
end

-- Modules that this process is about, as a list: a trial asks for a module, which
-- is tried, and asks for another one.
local function is_among(module, trials)
  while trials do
    if trials.module == module then return true end
    trials = trials.outer
  end
  return false
end

-- Does it come behind all that this process is about? Who waits for such ones alone
-- is not waited for by those.
local function is_behind(module, trials)
  while trials do
    if module_rank(trials.module) > module_rank(module) then return false end
    trials = trials.outer
  end
  return true
end

-- They call each other.
local sharing = {}

-- What require would give, if that needs no more than to look at what is loaded, or
-- shared. Nothing is run here that could be noticed. Nil: it needs more; with a
-- module: another process is about that one.
function sharing.common(name, trials)
  local value = loaded[name]
  if value then return true, value end
  local ok, loader, data = pcall(find_loader, name)
  if not ok then return nil end
  if loader == modules[name] then return true, keep(name, loader(name, data)) end
  local found, it = sharing.module(name, loader, data, trials)
  if not found then return nil, it end
  return true, keep(name, it)
end

-- Loads a module apart; it asks for others by the way. What a trial asks for this
-- process would have asked for, or it leaves the trial to others. Returns true when
-- that is over; the module that somebody else is about; or nil, it is left to others.
local function try(module, loader, name, data, trials)
  local trial = trial_begin(module, loader, name, data)
  if not trial then return module end
  trials = { module = module, outer = trials }
  local ok, wanted = trial_run(trial)
  while wanted do
    if not trial_follows(trial) then return trial_end(trial, nil) end
    local found, value = sharing.common(wanted, trials)
    if not found and value then
      trial_end(trial, nil)
      return value
    end
    if not found or not trial_answer(trial, value, seen[wanted] or modules[wanted] ~= nil) then
      ok = nil
      break
    end
    ok, wanted = trial_run(trial)
  end
  if ok == false then return trial_end(trial, nil) end
  trial_end(trial, ok ~= nil)
  return true
end

-- The modules that one has asked for are here what they were there.
local function has_needs(module, trials)
  for i = 1, math.maxinteger do
    local name, value = module_need(module, i)
    if not name then return true end
    local found, own = sharing.common(name, trials)
    if not found then return false, own end
    if not rawequal(own, value) then return false end
  end
end

-- The module as all processes share it, nil if this one is to load it. With a module
-- after that: somebody is about that one, and might wait for this process, which has
-- to let go first of what it is about itself.
function sharing.module(name, loader, data, trials)
  local module = seen[name] == nil and module_of(loader, name, data)
  if not module or is_among(module, trials) or not module_follows(module) then return nil end
  local state = module_state(module)
  while state == "new" or state == "tried" do
    local other = module
    if state == "new" then
      other = try(module, loader, name, data, trials)
      if not other then return nil end
    end
    if other ~= true then
      if not is_behind(other, trials) then return nil, other end
      while module_state(other) == "tried" do sleep(1) end
    end
    state = module_state(module)
  end
  if state == "private" or not module_fits(module) then return nil end
  local fits, other = has_needs(module, trials)
  if not fits then return nil, other end
  seen[name] = module
  return true, module_value(module)
end

--- require(name)
--- The module of that name: loads it at the first call, with what
--- package.searchers find for it, and keeps it in package.loaded. Returns the
--- module, and the first time also where it was found.
function require(...)
  local name = ...
  if name == nil and select("#", ...) > 0 then
    error("bad argument #1 to 'require' (string expected, got nil)", 2)
  end
  name = check_string(name, 1, "require")
  if is_trial() then return ask(name) end
  local module = loaded[name]
  if module then return module end
  local loader, data = find_loader(name)
  local found, value = sharing.module(name, loader, data)
  if not found then value = loader(name, data) end
  return keep(name, value), data
end
