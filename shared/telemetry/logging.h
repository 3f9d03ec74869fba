#pragma once

// The process's log: one JSON object a line, to stderr or a file. Callers only fill a buffer; a thread of its own
// writes, so that a slow disk never holds a request up.
//
//     log(Level::warning, "the pool is exhausted", {{"service", "contact"}, {"waiting", 12}});
//
// What looks like a credential is masked, in values and in free text.

#include "shared/http/http.h"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace kontor::telemetry {

enum class Level : std::uint8_t { debug, info, warning, error };

/// "debug", "info", "warning" or "error"; empty when it is none of them.
[[nodiscard]] std::optional<Level> parseLevel(std::string_view text);

/// A named value. The text must live until log() returns.
struct LogField {
    LogField(std::string_view fieldName, std::string_view text) : name(fieldName), value(text) {}
    LogField(std::string_view fieldName, const std::string &text) : name(fieldName), value(std::string_view(text)) {}
    LogField(std::string_view fieldName, const char *text) : name(fieldName), value(std::string_view(text)) {}
    LogField(std::string_view fieldName, bool truth) : name(fieldName), value(truth) {}
    LogField(std::string_view fieldName, double number) : name(fieldName), value(number) {}
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) LogField(std::string_view fieldName, Integer number)
        : name(fieldName), value(static_cast<std::int64_t>(number)) {}

    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;
};

struct LogOptions {
    Level level = Level::info;
    std::string file;  ///< empty = stderr
    std::string service = "kontord";
};

/// Begins (or changes) logging. Until then, lines go to stderr at once. Throws std::system_error when the file cannot
/// be opened.
void startLogging(LogOptions options);
/// Writes what is left and goes back to stderr at once.
void stopLogging();
/// Opens the file anew, after it has been moved away.
void reopenLog();

[[nodiscard]] bool isLogged(Level level);
void log(Level level, std::string_view message, std::initializer_list<LogField> fields = {});
/// With the request's id and trace.
void log(Level level, const http::Request &request, std::string_view message,
         std::initializer_list<LogField> fields = {});

/// The text without credentials: what follows "password=", "token:", "Bearer " … and the password in a URL.
[[nodiscard]] std::string redact(std::string_view text);

}  // namespace kontor::telemetry
