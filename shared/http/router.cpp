#include "shared/http/http.h"
#include "shared/http/target.h"

#include <array>
#include <span>
#include <stdexcept>

namespace kontor::http {

namespace {

struct Route {
    std::string method;
    std::string pattern;
    std::string name;
    Handler handler;
    RouteOptions options;
};

constexpr std::size_t maximumSegments = 32;

/// The parameters on the way from the root to a node, still encoded.
struct Path {
    std::array<std::string_view, maximumSegments> parameters;
    std::size_t count = 0;
};

}  // namespace

struct Router::Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Node> remainder;
    std::vector<std::unique_ptr<Route>> routes;

    Node &literal(std::string_view segment) {
        for (auto &[text, node] : literals) {
            if (text == segment) return *node;
        }
        return *literals.emplace_back(std::string(segment), std::make_unique<Node>()).second;
    }

    [[nodiscard]] const Node *find(std::string_view rest, Path &path) const;
};

namespace {

/// Takes the first segment off "/a/b".
std::string_view takeSegment(std::string_view &rest) {
    rest.remove_prefix(1);
    auto const slash = rest.find('/');
    auto const segment = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
    return segment;
}

bool isLiteral(std::string_view segment, std::string_view literal) {
    if (segment == literal) return true;
    if (segment.find('%') == std::string_view::npos) return false;
    std::string decoded;
    return decodePercent(segment, false, decoded) && decoded == literal;
}

}  // namespace

const Router::Node *Router::Node::find(std::string_view rest, Path &path) const {
    if (rest.empty()) return routes.empty() ? nullptr : this;
    std::string_view after = rest;
    auto const segment = takeSegment(after);
    for (auto const &[text, node] : literals) {
        if (!isLiteral(segment, text)) continue;
        if (auto const *found = node->find(after, path)) return found;
    }
    if (path.count == maximumSegments) return nullptr;
    if (parameter && !segment.empty()) {
        path.parameters.at(path.count++) = segment;
        if (auto const *found = parameter->find(after, path)) return found;
        --path.count;
    }
    if (remainder) {
        path.parameters.at(path.count++) = rest.substr(1);
        return remainder.get();
    }
    return nullptr;
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(std::string_view method, std::string_view pattern, std::string name, Handler handler,
                 RouteOptions options) {
    auto const fail = [&](const char *why) { throw std::logic_error(std::string(pattern) + ": " + why); };
    if (!pattern.starts_with('/')) fail("a route starts with /");
    Node *node = root_.get();
    std::string_view rest = pattern;
    while (!rest.empty()) {
        auto const segment = takeSegment(rest);
        if (segment.starts_with('{') && segment.ends_with("*}")) {
            if (!rest.empty()) fail("{…*} must be the last segment");
            if (!node->remainder) node->remainder = std::make_unique<Node>();
            node = node->remainder.get();
        } else if (segment.starts_with('{') && segment.ends_with('}')) {
            if (!node->parameter) node->parameter = std::make_unique<Node>();
            node = node->parameter.get();
        } else {
            node = &node->literal(segment);
        }
    }
    for (auto const &route : node->routes) {
        if (route->method == method) fail("this method is routed already");
    }
    auto route = std::make_unique<Route>();
    route->method = method;
    route->pattern = pattern;
    route->name = std::move(name);
    route->handler = std::move(handler);
    route->options = std::move(options);
    node->routes.push_back(std::move(route));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
    Match match;
    Path parameters;
    if (!path.starts_with('/')) return match;
    const Node *node = root_->find(path, parameters);
    if (node == nullptr) return match;

    const Route *chosen = nullptr;
    for (auto const &route : node->routes) {
        if (route->method == method) chosen = route.get();
        if (chosen == nullptr && method == "HEAD" && route->method == "GET") chosen = route.get();
    }
    if (chosen == nullptr) {
        for (auto const &route : node->routes) {
            match.allowedMethods += route->method + ", ";
            if (route->method == "GET") match.allowedMethods += "HEAD, ";
        }
        match.allowedMethods += "OPTIONS";
        return match;
    }
    match.handler = &chosen->handler;
    match.options = &chosen->options;
    match.name = chosen->name;
    match.pattern = chosen->pattern;
    match.parameters.resize(parameters.count);
    for (std::size_t i = 0; i < parameters.count; ++i) {
        // The server has refused paths that do not decode before it comes here.
        if (!decodePercent(parameters.parameters.at(i), false, match.parameters[i])) match.parameters[i].clear();
    }
    return match;
}

}  // namespace kontor::http
