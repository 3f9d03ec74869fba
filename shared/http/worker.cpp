#include "shared/http/worker.h"

#include "shared/http/connection.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Timestamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace kontor::http {

void Exchange::clear() {
    constexpr std::size_t keep = 64U << 10U;
    head.clear();
    request.method.clear();
    request.path.clear();
    request.query.clear();
    request.headers = nullptr;
    request.body = nullptr;
    request.contentLength.reset();
    request.pathParameters.clear();
    response.status = 200;
    response.headers.clear();
    response.contentType.clear();
    response.stream = nullptr;
    response.streamLength.reset();
    for (auto *text : {&response.body, &out, &compressed}) {
        text->clear();
        if (text->capacity() > keep) text->shrink_to_fit();
    }
}

Poco::Net::Context::Ptr ServerState::tls() const {
    std::lock_guard const lock(mutex_);
    return tls_;
}

void ServerState::tls(Poco::Net::Context::Ptr context) {
    std::lock_guard const lock(mutex_);
    tls_ = std::move(context);
}

void ServerState::connectionClosed() {
    if (--connections > 0 || !stopping) return;
    std::lock_guard const lock(mutex_);
    closed_.notify_all();
}

bool ServerState::waitForNone(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return closed_.wait_for(lock, time, [this] { return connections == 0; });
}

Worker::Worker(ServerState &serverState) : state(serverState), lists_(std::make_unique<Lists>()) {}

Worker::~Worker() {
    while (!lists_->all.empty()) destroy(lists_->all.front());
}

void Worker::accept(int descriptor, const std::string &clientAddress) {
    Poco::Net::StreamSocket const socket(new Poco::Net::StreamSocketImpl(descriptor));  // owned by the socket
    try {
        int const on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto const context = state.tls();
        auto connection = std::make_unique<Connection>(
            *this, context.isNull() ? Transport(socket) : Transport(socket, context), clientAddress);
        if (state.stopping) connection->expire();
        [[maybe_unused]] auto *const owned = connection.release();  // by the list of all
    } catch (const std::exception &) {
        --connections;
        state.connectionClosed();
    }
}

void Worker::destroy(Connection &connection) {
    std::unique_ptr<Connection> const owned(&connection);
    --connections;
    state.connectionClosed();
}

void Worker::sweep() {
    auto const now = fiber::Clock::now();
    auto &idle = lists_->idle;
    while (!idle.empty() && idle.front().deadline() <= now) idle.front().expire();
    auto &waiting = lists_->awaitingHead;
    for (auto at = waiting.begin(); at != waiting.end();) {
        auto &connection = *at++;
        if (connection.deadline() <= now) connection.expire();
    }
}

void Worker::closeIdle() {
    while (!lists_->idle.empty()) lists_->idle.front().expire();
    while (!lists_->awaitingHead.empty()) lists_->awaitingHead.front().expire();
}

void Worker::closeAll() {
    for (auto const &connection : lists_->all) connection.interrupt();
}

std::unique_ptr<Exchange> Worker::takeExchange() {
    if (exchanges_.empty()) return std::make_unique<Exchange>();
    auto exchange = std::move(exchanges_.back());
    exchanges_.pop_back();
    return exchange;
}

void Worker::giveExchange(std::unique_ptr<Exchange> exchange) {
    if (exchanges_.size() >= 64) return;
    exchange->clear();
    exchanges_.push_back(std::move(exchange));
}

std::unique_ptr<char[]> Worker::takeBuffer() {
    if (buffers_.empty()) return std::make_unique_for_overwrite<char[]>(InputBuffer::initialCapacity);
    auto buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
}

void Worker::giveBuffer(std::unique_ptr<char[]> buffer) {
    if (buffer && buffers_.size() < 64) buffers_.push_back(std::move(buffer));
}

std::string_view Worker::date() {
    auto const now = std::time(nullptr);
    if (now != dateOf_) {
        dateOf_ = now;
        date_ =
            "Date: " +
            Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(now), Poco::DateTimeFormat::HTTP_FORMAT) +
            "\r\n";
    }
    return date_;
}

}  // namespace kontor::http
