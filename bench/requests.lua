-- Sends the requests of a file in turn: method, path, authorization and body between tabs; {n} in a body counts. Whoever shows a
-- cookie instead of an authorization has "Cookie: " before it.
local requests, bodies, next_one, count = {}, {}, 0, 0

function init(arguments)
  math.randomseed(os.time())
  for line in io.lines(arguments[1]) do
    local method, path, authorization, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local cookie = authorization:match("^Cookie: (.*)$")
    local headers = cookie and { Cookie = cookie } or { Authorization = authorization }
    if body ~= "" then
      headers["Content-Type"] = "application/json"
    end
    local parts = { method = method, path = path, headers = headers, body = body }
    if body == "" then
      parts.whole = wrk.format(method, path, headers)
    end
    requests[#requests + 1] = parts
  end
  -- Not all begin with the same one.
  next_one = math.random(#requests)
  count = math.random(1000000)
end

function request()
  next_one = next_one % #requests + 1
  local parts = requests[next_one]
  if parts.whole then
    return parts.whole
  end
  count = count + 1
  return wrk.format(parts.method, parts.path, parts.headers, (parts.body:gsub("{n}", count)))
end
