-- What every load has in common: numbered threads of one connection each, and a line of JSON at the end.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

-- Read a file's lines; the first ones are the same for all, the rest is dealt out to the threads.
function dealt(path, shared, all)
  local common, mine, at = {}, {}, 0
  for line in io.lines(path) do
    if at < shared then
      common[#common + 1] = line
    elseif (at - shared) % all == number then
      mine[#mine + 1] = line
    end
    at = at + 1
  end
  return common, mine
end

function done(summary, latency, requests)
  local ran_out, refused = 0, ""
  for _, thread in ipairs(threads) do
    if thread:get("ran_out") then ran_out = ran_out + 1 end
    refused = thread:get("refused") or refused
  end
  local errors = summary.errors
  io.stderr:write(refused, "\n")
  print(string.format(
    '{"operations": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d, "ran_out": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, ran_out))
end
