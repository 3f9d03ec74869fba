#include "shared/soap/soap.h"

#include "contract/served.h"
#include "shared/soap/endpoint.h"

#include <stdexcept>

namespace kontor::soap {

namespace {

constexpr std::string_view addressInDocuments = "http://localhost:8080";

unsigned newestLevel(std::string_view service) {
    std::string const file = std::string(service) + ".wsdl";
    unsigned level = 0;
    while (!servedDocument(level + 1, file).empty()) ++level;
    return level;
}

/// Text as an XML attribute's value.
std::string attributeText(std::string_view text) {
    std::string out;
    appendText(out, text);
    for (std::size_t at = out.find('"'); at != std::string::npos; at = out.find('"', at)) out.replace(at, 1, "&quot;");
    return out;
}

std::string withAddress(std::string_view document, const std::string &publicUrl) {
    std::string out(document);
    auto const at = out.find(addressInDocuments);
    if (at != std::string::npos) out.replace(at, addressInDocuments.size(), attributeText(publicUrl));
    return out;
}

void addDocument(http::Router &router, const std::string &path, std::string text) {
    // Services of one process share schemas.
    if (router.match("GET", path).handler != nullptr) return;
    router.add("GET", path, "schema", [text = std::move(text)](http::Request &, http::Response &response) {
        response.contentType = "text/xml; charset=utf-8";
        response.body = text;
    });
}

/// The WSDL of either SOAP version, at the address that it names.
struct Published {
    std::string soap11, soap12;

    void answer(http::Request &request, http::Response &response) const {
        if (request.parameter("wsdl") == nullptr && request.parameter("WSDL") == nullptr) {
            response.header("Allow", "POST");
            throw Error(ErrorCode::methodNotAllowed, "This is a SOAP endpoint: POST a message, or ask for ?wsdl.");
        }
        const std::string *const version = request.parameter("version");
        if (version != nullptr && *version != "1.1" && *version != "1.2") {
            throw Error(ErrorCode::notFound, "There is a WSDL for SOAP 1.1 and one for SOAP 1.2.");
        }
        response.contentType = "text/xml; charset=utf-8";
        response.body = version != nullptr && *version == "1.2" ? soap12 : soap11;
    }
};

void addRoutes(http::Router &router, const std::shared_ptr<Endpoint> &endpoint, const std::string &service,
               const std::string &folder, unsigned level, const std::string &publicUrl) {
    std::string const path = folder + service;
    http::RouteOptions options;
    options.errors = [](const http::Request &request, const Error &error, http::Response &response) {
        writeFault(request, error, response);
    };
    options.bodyLimit = maximumMultipart;
    router.add(
        "POST", path, "soap." + service,
        [endpoint, level](http::Request &request, http::Response &response) {
            endpoint->handle(request, response, level);
        },
        options);

    auto const document = [&](const std::string &file) { return withAddress(servedDocument(level, file), publicUrl); };
    Published published{document(service + ".wsdl"), document(service + ".soap12.wsdl")};
    router.add("GET", path, "wsdl",
               [published](http::Request &request, http::Response &response) { published.answer(request, response); });
    addDocument(router, folder + "common.xsd", document("common.xsd"));
    addDocument(router, path + ".xsd", document(service + ".xsd"));
}

}  // namespace

void host(http::Router &router, const ServiceContract &contract, const Hosting &hosting, SkeletonFactory factory) {
    std::string const service(contract.name);
    auto const endpoint = std::make_shared<Endpoint>(contract, hosting, std::move(factory));
    unsigned const newest = newestLevel(service);
    addRoutes(router, endpoint, service, "/soap/v1/", newest, hosting.publicUrl);
    for (unsigned level = 0; level <= newest; ++level) {
        addRoutes(router, endpoint, service, "/soap/v1." + std::to_string(level) + "/", level, hosting.publicUrl);
    }
}

}  // namespace kontor::soap
