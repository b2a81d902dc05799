-- Counter-offers: each connection goes through negotiations of its own, the sides taking turns in each.
-- wrk ADDRESS -- PLAN THREADS MOVES SALT AGAIN
-- The plan: a token and the rest of a body for each side (the client's first), then one negotiation a
-- line, its path and the offer that lies on its table. `again`: whoever answers remembers nothing, so
-- the same negotiations will do again and again.

function init(args)
  common, mine = dealt(args[1], 4, tonumber(args[2]))
  moves, salt, again = tonumber(args[3]), args[4], args[5] == "again"
  at, move, tabled, path = 0, moves, nil, nil
end

function request()
  if move == moves or tabled == nil then
    at, move = at + 1, 0
    if again then at = at % #mine + 1 end
    if mine[at] == nil then
      ran_out = true
      return wrk.format("GET", "/health/ready")
    end
    path, tabled = mine[at]:match("(%S+) (%S+)")
  end
  local side = move % 2 + 1
  local headers = {
    ["Authorization"] = "Bearer " .. common[side],
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = salt .. "-" .. number .. "-" .. at .. "-" .. move,
    ["If-Match"] = "*",
  }
  local body = '{"answers":"' .. tabled .. '",' .. common[side + 2]
  move, tabled = move + 1, nil
  return wrk.format("POST", path, headers, body)
end

function response(status, headers, body)
  if status == 201 then
    tabled = body:match('"tabled":"(offer%-[^"]+)"')
  elseif not ran_out then
    refused = status .. " " .. body
  end
end
