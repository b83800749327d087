-- A tail call of something that is no function lost the frame it belonged to.
print(pcall(function() return ("x")() end))
--? false\t.*attempt to call a string value.*
print(pcall(function() return (nil)() end))
--? false\t.*attempt to call a nil value.*
print(pcall(function() local t = {} return t.f(1, 2) end))
--? false\t.*attempt to call a nil value \(field 'f'\)
