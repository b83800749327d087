-- Bodies that attract each other: records of floats.
-- quick: 100
local N = tonumber(arg and arg[1]) or 400000
local PI = math.pi
local MASS, DAYS = 4 * PI * PI, 365.24
local bodies = {
  { x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = MASS },
  { x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
    vx = 0.00166007664274403694 * DAYS, vy = 0.00769901118419740425 * DAYS,
    vz = -0.0000690460016972063023 * DAYS, mass = 0.000954791938424326609 * MASS },
  { x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
    vx = -0.00276742510726411029 * DAYS, vy = 0.00499852801234917238 * DAYS,
    vz = 0.0000230417297573763929 * DAYS, mass = 0.000285885980666130812 * MASS },
  { x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
    vx = 0.00296460137564761618 * DAYS, vy = 0.00237847173959480950 * DAYS,
    vz = -0.0000296589568540237556 * DAYS, mass = 0.0000436624404335156298 * MASS },
  { x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
    vx = 0.00268067772490389322 * DAYS, vy = 0.00162824170038242295 * DAYS,
    vz = -0.0000951592254519715870 * DAYS, mass = 0.0000515138902046611451 * MASS },
}

local function advance(all, n, dt)
  for i = 1, n do
    local a = all[i]
    local ax, ay, az, am = a.x, a.y, a.z, a.mass
    local vx, vy, vz = a.vx, a.vy, a.vz
    for j = i + 1, n do
      local b = all[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local d2 = dx * dx + dy * dy + dz * dz
      local pull = dt / (d2 * math.sqrt(d2))
      local bm = b.mass * pull
      vx, vy, vz = vx - dx * bm, vy - dy * bm, vz - dz * bm
      bm = am * pull
      b.vx, b.vy, b.vz = b.vx + dx * bm, b.vy + dy * bm, b.vz + dz * bm
    end
    a.vx, a.vy, a.vz = vx, vy, vz
    a.x, a.y, a.z = ax + dt * vx, ay + dt * vy, az + dt * vz
  end
end

local function energy(all, n)
  local e = 0
  for i = 1, n do
    local a = all[i]
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, n do
      local b = all[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local px, py, pz = 0, 0, 0
for _, b in ipairs(bodies) do
  px, py, pz = px + b.vx * b.mass, py + b.vy * b.mass, pz + b.vz * b.mass
end
bodies[1].vx, bodies[1].vy, bodies[1].vz = -px / MASS, -py / MASS, -pz / MASS
local before = energy(bodies, #bodies)
for _ = 1, N do advance(bodies, #bodies, 0.01) end
print(string.format("%.9f %s", before, math.abs(energy(bodies, #bodies) - before) < 1e-4))
