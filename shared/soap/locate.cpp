#include "shared/soap/locate.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kontor::soap {

namespace {

/// An element on the way to the offset: its place among its siblings of the same name.
struct Step {
    std::string_view name;
    std::size_t index = 0;
    std::vector<std::pair<std::string_view, std::size_t>> children;  ///< how many of each name so far
};

std::size_t endOfMarkup(std::string_view xml, std::size_t at) {
    auto const endAfter = [&](std::string_view terminator) {
        auto const found = xml.find(terminator, at);
        return found == std::string_view::npos ? xml.size() : found + terminator.size();
    };
    if (xml.substr(at).starts_with("<!--")) return endAfter("-->");
    if (xml.substr(at).starts_with("<![CDATA[")) return endAfter("]]>");
    char quote = 0;
    for (; at < xml.size(); ++at) {
        char const c = xml[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    return at;
}

std::string_view localNameAt(std::string_view xml, std::size_t at) {
    auto const start = at + 1;
    std::string_view const name = xml.substr(start, xml.find_first_of(" \t\r\n/>", start) - start);
    return name.substr(name.find(':') + 1);
}

Step enter(Step &parent, std::string_view name) {
    auto &children = parent.children;
    auto found = std::ranges::find(children, name, &std::pair<std::string_view, std::size_t>::first);
    if (found == children.end()) found = children.insert(children.end(), {name, 0});
    return {name, found->second++, {}};
}

std::string joined(const std::vector<Step> &path, const StructType *type) {
    std::string pointer;
    // The document, Envelope, Body and the operation's element are not part of it.
    for (std::size_t i = 4; i < path.size(); ++i) {
        pointer.append("/").append(path[i].name);
        const Field *field = type == nullptr ? nullptr : type->find(path[i].name);
        type = field == nullptr ? nullptr : field->structure;
        if (field != nullptr && (field->kind == Kind::structureList || field->kind == Kind::textList)) {
            pointer.append("/").append(std::to_string(path[i].index));
        }
    }
    return pointer;
}

}  // namespace

std::string pointerAt(std::string_view xml, std::size_t offset, const StructType *input) {
    std::vector<Step> path(1);
    for (std::size_t at = xml.find('<'); at < offset && at != std::string_view::npos;) {
        std::size_t const end = endOfMarkup(xml, at);
        std::string_view const markup = xml.substr(at, end - at);
        bool const last = end >= offset;
        if (markup.starts_with("</")) {
            if (last) break;
            if (path.size() > 1) path.pop_back();
        } else if (!markup.starts_with("<!")) {
            Step step = enter(path.back(), localNameAt(xml, at));
            path.push_back(std::move(step));
            if (last) break;
            if (markup.ends_with("/>")) path.pop_back();
        }
        at = xml.find('<', end);
    }
    return joined(path, input);
}

}  // namespace kontor::soap
