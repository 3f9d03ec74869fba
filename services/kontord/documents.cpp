#include "services/kontord/documents.h"

#include <memory>

namespace kontor::kontord {

namespace {

constexpr const char *contentPolicy =
    "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

constexpr const char *docsPage = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kontor REST API</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:0;display:grid;grid-template-columns:17em 1fr;color:#222}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1em;background:#f4f5f7;box-sizing:border-box}
nav a{display:block;color:#345;text-decoration:none;padding:.1em 0}
main{padding:1em 2em;max-width:60em}
input{width:100%;padding:.4em;box-sizing:border-box;margin-bottom:1em}
details{border:1px solid #ddd;border-radius:4px;margin:.4em 0;padding:.3em .8em}
summary{cursor:pointer}
code{font-family:ui-monospace,monospace}
.method{display:inline-block;min-width:4.5em;font-weight:bold}
.GET{color:#06652c}.POST{color:#7a4b00}.PUT,.PATCH{color:#2a3fa8}.DELETE{color:#a3122b}
table{border-collapse:collapse;margin:.5em 0}td,th{text-align:left;padding:.2em .8em .2em 0;vertical-align:top}
@media(max-width:50em){body{display:block}nav{position:static;height:auto}}
</style></head>
<body><nav><strong>Kontor REST API</strong><p><a href="/api/openapi.json">openapi.json</a></p>
<input id="find" type="search" placeholder="Find" aria-label="Find an operation"><div id="tags"></div></nav>
<main id="main"><noscript>The document itself is at /api/openapi.json.</noscript></main>
<script src="/api/docs.js"></script></body></html>
)html";

constexpr const char *docsScript = R"js(
const element = (name, text, parent, className) => {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  if (parent) parent.append(e);
  return e;
};
const typeOf = s => !s ? '' : s.$ref ? s.$ref.split('/').pop()
  : s.type === 'array' ? 'list of ' + typeOf(s.items)
  : [].concat(s.type || (s.allOf || s.oneOf || []).map(typeOf)).join(' or ') + (s.format ? ' (' + s.format + ')' : '')
  + (s.enum ? ': ' + s.enum.join(', ') : '') + (s.maxLength ? ', at most ' + s.maxLength : '');
const table = (rows, parent) => {
  const t = element('table', undefined, parent);
  for (const row of rows) { const r = element('tr', undefined, t); for (const cell of row) element('td', cell, r); }
};
fetch('/api/openapi.json').then(r => r.json()).then(api => {
  const main = document.getElementById('main');
  const resolve = x => x && x.$ref ? x.$ref.slice(2).split('/').reduce((o, k) => o[k.replace(/~1/g, '/')], api) : x;
  element('h1', api.info.title + ' ' + api.info.version, main);
  element('p', api.info.description || '', main);
  const sections = new Map();
  for (const tag of api.tags || []) {
    const section = element('section', undefined, main);
    section.id = 'tag-' + tag.name;
    element('h2', tag.name, section);
    element('p', tag.description || '', section);
    sections.set(tag.name, section);
    const link = element('a', tag.name, document.getElementById('tags'));
    link.href = '#tag-' + encodeURIComponent(tag.name);
  }
  for (const [path, item] of Object.entries(api.paths)) for (const [method, op] of Object.entries(item)) {
    if (method === 'parameters') continue;
    const d = element('details', undefined, sections.get((op.tags || [])[0]) || main);
    d.dataset.text = (path + ' ' + op.operationId + ' ' + (op.summary || '')).toLowerCase();
    const s = element('summary', undefined, d);
    element('span', method.toUpperCase(), s, 'method ' + method.toUpperCase());
    element('code', path, s);
    element('span', '  ' + (op.summary || ''), s);
    element('p', (op.description || '') + ' operationId: ' + op.operationId
      + (op['x-soap-operation'] ? ' · SOAP: ' + op['x-soap-operation'] : ''), d);
    const parameters = [...(item.parameters || []), ...(op.parameters || [])].map(resolve);
    if (parameters.length) {
      element('h4', 'Parameters', d);
      table(parameters.map(p => [p.name + (p.required ? ' *' : ''), p.in, typeOf(p.schema), p.description || '']), d);
    }
    if (op.requestBody) {
      element('h4', 'Body', d);
      table(Object.entries(resolve(op.requestBody).content || {}).map(([t, c]) => [t, typeOf(c.schema)]), d);
    }
    element('h4', 'Answers', d);
    table(Object.entries(op.responses).map(([code, r]) => { r = resolve(r);
      return [code, r.description || '', Object.values(r.content || {}).map(c => typeOf(c.schema)).join(', ')]; }), d);
  }
  element('h2', 'Schemas', main);
  for (const [name, schema] of Object.entries((api.components || {}).schemas || {})) {
    const d = element('details', undefined, main);
    d.id = 'schema-' + name;
    d.dataset.text = name.toLowerCase();
    element('summary', name, d);
    element('p', schema.description || '', d);
    table(Object.entries(schema.properties || {}).map(([n, p]) => [n + ((schema.required || []).includes(n) ? ' *' : ''),
      typeOf(p), p.description || '']), d);
  }
  document.getElementById('find').addEventListener('input', e => {
    const wanted = e.target.value.toLowerCase();
    for (const d of document.querySelectorAll('details')) d.hidden = !d.dataset.text.includes(wanted);
  });
});
)js";

std::string startPage(const std::vector<entity::OpenApiService> &services) {
    std::string page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kontor</title>"
                       "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em}"
                       "</style><h1>Kontor</h1><p>This is a Kontor server.</p><ul>"
                       "<li><a href=\"/api/docs\">REST API</a></li>";
    for (const auto &service : services) {
        std::string const name(service.contract->name);
        page += "<li>SOAP, " + name + ": <a href=\"/soap/v1/" + name + "?wsdl\">WSDL</a>, <a href=\"/soap/v1/" + name +
                "?wsdl&amp;version=1.2\">WSDL for SOAP 1.2</a></li>";
    }
    return page + "</ul></html>";
}

}  // namespace

void addDocumentRoutes(http::Router &router, const std::vector<entity::OpenApiService> &services,
                       const std::string &publicUrl) {
    entity::OpenApiOptions options;
    options.serverUrl = publicUrl;
    auto const document = std::make_shared<const std::string>(entity::openApiDocument(services, options));
    auto const start = std::make_shared<const std::string>(startPage(services));
    auto const add = [&](std::string_view path, std::string name, const char *type, auto text) {
        router.add("GET", path, std::move(name), [type, text](http::Request &, http::Response &response) {
            response.contentType = type;
            response.header("Content-Security-Policy", contentPolicy);
            response.body = text();
        });
    };
    add("/api/openapi.json", "openapi", "application/json", [document] { return *document; });
    add("/api/docs", "docs", "text/html; charset=utf-8", [] { return std::string(docsPage); });
    add("/api/docs.js", "docsScript", "text/javascript; charset=utf-8", [] { return std::string(docsScript); });
    add("/", "start", "text/html; charset=utf-8", [start] { return *start; });
}

}  // namespace kontor::kontord
