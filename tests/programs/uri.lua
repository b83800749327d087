-- needs: lua-uri
-- Addresses taken apart, put together, resolved, corrected.
package.path = package.path .. ";/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;/usr/share/lua/5.2/?.lua;/usr/share/lua/5.2/?/init.lua"
local URI = require("uri")
local u = assert(URI:new("ftp://user@Example.COM:80/a/./b/../c%7Ed?q=1&r=%20#frag"))
print(u, u:scheme(), u:userinfo(), u:host(), u:port(), u:path(), u:query(), u:fragment())
u:host("other.org")
u:path("/new path")
u:query(nil)
u:fragment("x y")
print(u, u:is_relative())
local base = URI:new("http://a/b/c/d;p?q")
for _, r in ipairs { "g", "./g", "g/", "/g", "//g", "?y", "g?y", "#s", "g#s", ";x", "", ".", "./", "..", "../g", "../../g", "../../../g" } do
  print(r, URI:new(r, base))
end
print(URI:new("urn:isbn:0-306-40615-2"), URI:new("mailto:a@b.c"), URI:new("file:///etc/passwd"):path())
print(URI:new("http://[::1]:8080/"), select("#", URI:new("ht!tp://x")))
print(URI.eq("http://EXAMPLE.com/%7Ea", "http://example.com/~a"), URI.eq("http://a/", "http://b/"))
print(require("uri._util").uri_encode("a b&c"), require("uri._util").uri_decode("a%20b%26c"))
