#include "shared/http/hooks.h"

#include <cstdio>

namespace kontor::http {

namespace {

// Set once, before the first server starts, and only read from then on.
struct Hooks {
    std::function<void(const RequestRecord &)> observer;
    ErrorTranslator translator;
    std::function<void(const Request &, std::string_view)> reporter;
};

Hooks &hooks() {
    static Hooks instance;
    return instance;
}

void report(const Request &request, std::string_view what) {
    if (hooks().reporter) {
        hooks().reporter(request, what);
    } else {
        std::fprintf(stderr, "%s %s: %.*s\n", request.method.c_str(), request.path.c_str(),
                     static_cast<int>(what.size()), what.data());
    }
}

}  // namespace

void observeRequests(std::function<void(const RequestRecord &)> observer) { hooks().observer = std::move(observer); }
void translateErrors(ErrorTranslator translator) { hooks().translator = std::move(translator); }
void reportDefects(std::function<void(const Request &, std::string_view)> reporter) {
    hooks().reporter = std::move(reporter);
}

void notifyObserver(const RequestRecord &record) {
    if (hooks().observer) hooks().observer(record);
}

Error toError(const std::exception_ptr &exception, const Request &request) {
    try {
        std::rethrow_exception(exception);
    } catch (const Error &error) {
        if (error.code == ErrorCode::internal) report(request, error.detail);
        return error;
    } catch (const std::exception &defect) {
        if (hooks().translator) {
            if (auto translated = hooks().translator(exception)) {
                if (translated->code == ErrorCode::internal) report(request, defect.what());
                return *std::move(translated);
            }
        }
        report(request, defect.what());
    } catch (...) {
        report(request, "an exception of an unknown type");
    }
    return {ErrorCode::internal, "something went wrong on our side"};
}

}  // namespace kontor::http
