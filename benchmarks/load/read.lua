-- Reading: each connection asks for one path after another.
-- wrk ADDRESS -- PLAN THREADS
-- The plan: a token, then one path a line.

function init(args)
  local common, mine = dealt(args[1], 1, tonumber(args[2]))
  requests, at = {}, 0
  for _, path in ipairs(mine) do
    requests[#requests + 1] = wrk.format("GET", path, { ["Authorization"] = "Bearer " .. common[1] })
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
