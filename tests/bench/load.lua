-- The requests of the benchmarks, for wrk: wrk -s load.lua URL -- KIND KEY CONTACTS
-- KIND: restRead, restList, restCreate, soapRead, soapList, soapCreate, soapBatch, leadPlain, leadChecked, board.

local kind, key, contacts, headers

local function id() return string.format("01941f29-7c01-7000-8003-%012d", math.random(0, contacts - 1)) end

local function envelope(body)
  return '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>' .. body .. '</Body></Envelope>'
end

-- Contacts were written one each second from then on.
local function time() return os.date("!%Y-%m-%dT%H:%M:%SZ", 1735689600 + math.random(0, contacts - 1)) end

local contact_namespace = 'xmlns="http://api.kontor.example/contact/v1" xmlns:c="http://api.kontor.example/common/v1"'
local record = '<contact><firstName>Björn</firstName><lastName>Åkesson</lastName><jobTitle>Buyer</jobTitle>' ..
  '<department>Purchasing</department><language>sv-SE</language><source>Web form</source></contact>'

local function soap_create(count)
  return envelope('<createRecords ' .. contact_namespace .. '><records>' .. record:rep(count) .. '</records></createRecords>')
end

local requests = {
  restRead = function() return wrk.format("GET", "/api/v1/contacts/" .. id(), headers) end,
  restList = function()
    return wrk.format("GET", "/api/v1/contacts?limit=50&sort=updatedAt&filter=updatedAt%20%3E%3D%20" .. time(), headers)
  end,
  restCreate = function()
    return wrk.format("POST", "/api/v1/contacts", headers, '{"firstName":"Björn","lastName":"Åkesson","jobTitle":"Buyer",' ..
      '"department":"Purchasing","language":"sv-SE","source":"Web form"}')
  end,
  soapRead = function()
    return wrk.format("POST", "/soap/v1/contact", headers, envelope('<retrieveRecords ' .. contact_namespace ..
      '><key><c:entity>Contact</c:entity><c:id>' .. id() .. '</c:id></key></retrieveRecords>'))
  end,
  soapList = function()
    return wrk.format("POST", "/soap/v1/contact", headers, envelope('<queryRecords ' .. contact_namespace ..
      '><query><c:entity>Contact</c:entity><c:filter>updatedAt &gt;= ' .. time() ..
      '</c:filter><c:sort>updatedAt</c:sort><c:limit>50</c:limit></query></queryRecords>'))
  end,
  soapCreate = function() return wrk.format("POST", "/soap/v1/contact", headers, soap_create(1)) end,
  soapBatch = function() return wrk.format("POST", "/soap/v1/contact", headers, soap_create(200)) end,
}

-- Somebody new each time, at one of the companies that leads come from; plain: nothing is looked for, nobody chosen.
local serial = 0
local function lead(extra)
  serial = serial + 1
  local company = math.random(0, 199999)
  local country = ({"SE", "NO", "DK", "DE", "FR"})[math.random(1, 5)]
  local name = string.format("%x%x", math.random(0, 0x7fffffff), serial)
  return wrk.format("POST", "/api/v1/leads", headers, string.format('{"firstName":"Greta","lastName":"Sund %s","jobTitle":"Director",' ..
    '"companyName":"Company %d","companyDomain":"company-%d.example","email":"greta.%s@company-%d.example","phone":"+47 %d%06d",' ..
    '"country":"%s","source":"Web form"%s}', name, company, company, name, company, math.random(10000000, 99999999), math.random(0, 999999), country, extra))
end

requests.leadPlain = function() return lead(',"allowDuplicates":true,"assign":false') end
requests.leadChecked = function() return lead("") end
requests.board = function() return wrk.format("GET", "/api/v1/pipelines/01940000-0000-7000-8000-000000000201/board", headers) end

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
  thread:set("failures", 0)
end

function init(arguments)
  kind, key, contacts = arguments[1], arguments[2], tonumber(arguments[3])
  math.randomseed(os.time() * 16 + number)  -- threads must not make the same records
  failures = 0
  headers = {
    ["Authorization"] = "Bearer " .. key,
    ["Content-Type"] = kind:find("^soap") and "text/xml; charset=utf-8" or "application/json",
  }
  request = requests[kind]
end

-- wrk counts statuses other than 2xx and 3xx itself; what it prints is read by bench.py.
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %.1f\n", summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(99) / 1000))
end
