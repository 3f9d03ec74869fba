#include "shared/telemetry/logging.h"

#include "shared/http/problem.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>

namespace kontor::telemetry {

namespace {

constexpr std::array<std::string_view, 4> levelNames{"debug", "info", "warning", "error"};
constexpr std::size_t mostBuffered = 8U << 20U;

void writeFully(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const put = ::write(descriptor, bytes.data(), bytes.size());
        if (put < 0 && errno != EINTR) return;  // there is nowhere to complain
        if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

int openLog(const std::string &file) {
    if (file.empty()) return STDERR_FILENO;
    int const descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) throw std::system_error(errno, std::system_category(), file);
    return descriptor;
}

/// Lines on their way to the file.
class LogWriter {
  public:
    explicit LogWriter(LogOptions options)
        : options_(std::move(options)), descriptor_(openLog(options_.file)), thread_([this] { work(); }) {}
    ~LogWriter() {
        {
            std::lock_guard const lock(mutex_);
            ending_ = true;
        }
        wake_.notify_one();
        thread_.join();
        if (descriptor_ != STDERR_FILENO) ::close(descriptor_);
    }
    LogWriter(const LogWriter &) = delete;
    LogWriter &operator=(const LogWriter &) = delete;

    void add(std::string_view line, bool urgent) {
        std::lock_guard const lock(mutex_);
        if (lines_.size() + line.size() > mostBuffered) {
            ++dropped_;
            return;
        }
        bool const first = lines_.empty();
        lines_.append(line);
        urgent_ = urgent_ || urgent;
        if (first || urgent) wake_.notify_one();
    }
    void reopen() {
        std::lock_guard const lock(mutex_);
        reopening_ = true;
        wake_.notify_one();
    }

  private:
    void work() {
        std::string batch;
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return ending_ || reopening_ || !lines_.empty(); });
            // A moment for more lines: one write for many.
            wake_.wait_for(lock, std::chrono::milliseconds(50), [this] { return ending_ || urgent_ || reopening_; });
            batch.swap(lines_);
            urgent_ = false;
            auto const dropped = std::exchange(dropped_, 0);
            bool const reopening = std::exchange(reopening_, false);
            bool const ending = ending_;
            lock.unlock();
            if (dropped > 0) {
                batch.append(R"({"level":"error","message":"log lines were dropped","count":)");
                batch.append(std::to_string(dropped)).append("}\n");
            }
            writeFully(descriptor_, batch);
            batch.clear();
            if (reopening) openAnew();
            lock.lock();
            if (ending && lines_.empty()) return;
        }
    }
    void openAnew() {
        if (descriptor_ == STDERR_FILENO) return;
        try {
            int const fresh = openLog(options_.file);
            ::close(std::exchange(descriptor_, fresh));
        } catch (const std::system_error &) {
            return;  // the old file is better than none
        }
    }

    LogOptions options_;
    int descriptor_;
    std::mutex mutex_;  // guards the members below
    std::condition_variable wake_;
    std::string lines_;
    std::size_t dropped_ = 0;
    bool urgent_ = false;
    bool reopening_ = false;
    bool ending_ = false;
    std::thread thread_;
};

/// The log of the process.
struct Log {
    std::atomic<Level> level{Level::info};
    std::mutex mutex;  // guards the two below
    std::string service = "kontord";
    std::shared_ptr<LogWriter> writer;
};

Log &theLog() {
    static auto *log = new Log;  // outlives every thread that may log
    return *log;
}

void appendNumber(std::string &out, auto value, auto... format) {
    std::array<char, 32> text;
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value, format...).ptr;
    out.append(text.data(), end);
}

void appendPadded(std::string &out, unsigned value, unsigned digits) {
    std::array<char, 8> text;
    for (auto at = digits; at > 0; --at, value /= 10) text.at(at - 1) = static_cast<char>('0' + value % 10);
    out.append(text.data(), digits);
}

/// "2026-11-23T10:15:30.123456Z"
void appendTime(std::string &out) {
    using namespace std::chrono;
    auto const now = floor<microseconds>(system_clock::now());
    auto const day = floor<days>(now);
    year_month_day const date(day);
    hh_mm_ss const time(now - day);
    appendPadded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out.push_back('-');
    appendPadded(out, static_cast<unsigned>(date.month()), 2);
    out.push_back('-');
    appendPadded(out, static_cast<unsigned>(date.day()), 2);
    out.push_back('T');
    appendPadded(out, static_cast<unsigned>(time.hours().count()), 2);
    out.push_back(':');
    appendPadded(out, static_cast<unsigned>(time.minutes().count()), 2);
    out.push_back(':');
    appendPadded(out, static_cast<unsigned>(time.seconds().count()), 2);
    out.push_back('.');
    appendPadded(out, static_cast<unsigned>(time.subseconds().count()), 6);
    out.push_back('Z');
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool startsWithIgnoringCase(std::string_view text, std::string_view lowerCasePrefix) {
    return text.size() >= lowerCasePrefix.size() &&
           std::equal(lowerCasePrefix.begin(), lowerCasePrefix.end(), text.begin(),
                      [](char expected, char actual) { return expected == lower(actual); });
}

constexpr std::array<std::string_view, 8> secretNames{"password",      "passwd", "secret",  "token",
                                                      "authorization", "apikey", "api_key", "cookie"};
constexpr std::string_view mask = "***";

bool namesSecret(std::string_view name) {
    for (std::size_t at = 0; at < name.size(); ++at) {
        for (auto const secret : secretNames) {
            if (startsWithIgnoringCase(name.substr(at), secret)) return true;
        }
    }
    return false;
}

/// How much of the text, from a secret's name on, is name and separator: "password = '" → 12. 0 when no value follows.
std::size_t separatorEnd(std::string_view text, std::size_t at) {
    auto const isNamePart = [](char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-'; };
    auto const skip = [&](auto condition) {
        while (at < text.size() && condition(text[at])) ++at;
    };
    auto const isBlank = [](char c) { return c == ' ' || c == '"' || c == '\''; };
    skip(isNamePart);
    skip(isBlank);
    if (at == text.size() || (text[at] != '=' && text[at] != ':')) return 0;
    ++at;
    skip(isBlank);
    return at;
}

std::size_t valueEnd(std::string_view text, std::size_t at) {
    auto const end = text.find_first_of(" \t\r\n\"'&,;)}", at);
    return end == std::string_view::npos ? text.size() : end;
}

/// Where the credential begins that starts with this word; 0 when the word is none.
std::size_t credentialStart(std::string_view text, std::size_t at) {
    auto const rest = text.substr(at);
    if (startsWithIgnoringCase(rest, "bearer ")) return at + 7;
    if (startsWithIgnoringCase(rest, "basic ")) return at + 6;
    for (auto const secret : secretNames) {
        if (!startsWithIgnoringCase(rest, secret)) continue;
        auto const start = separatorEnd(text, at + secret.size());
        // "Authorization: Bearer …": the scheme is no secret, what follows it is.
        if (startsWithIgnoringCase(text.substr(start), "bearer ")) return start + 7;
        if (startsWithIgnoringCase(text.substr(start), "basic ")) return start + 6;
        if (start > 0) return start;
    }
    if (rest.starts_with("://")) {
        auto const authority = rest.substr(0, rest.find_first_of("/? ", 3));
        auto const sign = authority.find('@');
        auto const colon = authority.find(':', 3);
        if (sign != std::string_view::npos && colon != std::string_view::npos && colon < sign) return at + colon + 1;
    }
    return 0;
}

void appendText(std::string &out, std::string_view text) {
    // A credential in free text needs something before it.
    if (text.find_first_of("=: ") == std::string_view::npos) {
        http::appendJsonString(out, text);
    } else {
        http::appendJsonString(out, redact(text));
    }
}

void appendField(std::string &out, const LogField &field) {
    out.push_back(',');
    http::appendJsonString(out, field.name);
    out.push_back(':');
    if (auto const *text = std::get_if<std::string_view>(&field.value)) {
        if (namesSecret(field.name)) {
            http::appendJsonString(out, mask);
        } else {
            appendText(out, *text);
        }
    } else if (auto const *number = std::get_if<std::int64_t>(&field.value)) {
        appendNumber(out, *number);
    } else if (auto const *real = std::get_if<double>(&field.value)) {
        if (std::isfinite(*real)) {
            appendNumber(out, *real);
        } else {
            out.append("null");
        }
    } else {
        out.append(std::get<bool>(field.value) ? "true" : "false");
    }
}

void write(Level level, const http::Request *request, std::string_view message,
           std::initializer_list<LogField> fields) {
    if (!isLogged(level)) return;
    std::shared_ptr<LogWriter> writer;
    std::string line;
    line.reserve(512);
    line.append(R"({"time":")");
    appendTime(line);
    line.append(R"(","level":")").append(levelNames.at(static_cast<std::size_t>(level))).append(R"(","service":)");
    {
        std::lock_guard const lock(theLog().mutex);
        http::appendJsonString(line, theLog().service);
        writer = theLog().writer;
    }
    line.append(R"(,"message":)");
    appendText(line, message);
    if (request != nullptr) {
        line.append(R"(,"requestId":)");
        http::appendJsonString(line, request->requestId);
        if (request->traceParent.size() == 55) {
            line.append(R"(,"traceId":")").append(request->traceParent, 3, 32).append("\"");
        }
    }
    for (auto const &field : fields) appendField(line, field);
    line.append("}\n");
    if (writer) {
        writer->add(line, level >= Level::warning);
    } else {
        writeFully(STDERR_FILENO, line);
    }
}

}  // namespace

std::optional<Level> parseLevel(std::string_view text) {
    auto const found = std::ranges::find(levelNames, text);
    if (found == levelNames.end()) return std::nullopt;
    return static_cast<Level>(found - levelNames.begin());
}

std::string redact(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto const start = credentialStart(text, at);
        if (start == 0 || start >= text.size()) {
            out.push_back(text[at++]);
            continue;
        }
        auto end = valueEnd(text, start);
        if (text[at] == ':' && text[at + 1] == '/') end = std::min(end, text.find('@', start));
        out.append(text.substr(at, start - at));
        if (end > start) out.append(mask);
        at = end;
    }
    return out;
}

bool isLogged(Level level) { return level >= theLog().level.load(std::memory_order_relaxed); }

void startLogging(LogOptions options) {
    auto &log = theLog();
    log.level = options.level;
    auto service = options.service;
    auto writer = std::make_shared<LogWriter>(std::move(options));
    std::lock_guard const lock(log.mutex);
    log.service = std::move(service);
    log.writer.swap(writer);
}

void stopLogging() {
    std::shared_ptr<LogWriter> writer;
    std::lock_guard const lock(theLog().mutex);
    writer.swap(theLog().writer);
}

void reopenLog() {
    std::lock_guard const lock(theLog().mutex);
    if (theLog().writer) theLog().writer->reopen();
}

void log(Level level, std::string_view message, std::initializer_list<LogField> fields) {
    write(level, nullptr, message, fields);
}

void log(Level level, const http::Request &request, std::string_view message, std::initializer_list<LogField> fields) {
    write(level, &request, message, fields);
}

}  // namespace kontor::telemetry
