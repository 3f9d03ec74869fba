#pragma once

// One thread of a server: its loop, its connections, and what they share.

#include "shared/http/compression.h"
#include "shared/http/head.h"
#include "shared/http/http.h"
#include "shared/http/input.h"
#include "shared/http/trace.h"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <mutex>

namespace kontor::http {

class Connection;

using Hook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// What is needed while a request is answered, and used again for the next one.
struct Exchange {
    Head head;
    Request request;
    Response response;
    std::string out;         ///< the head of the response
    std::string compressed;  ///< its body, when compressed

    /// Ready for the next request; keeps a reasonable amount of memory.
    void clear();
};

/// What all threads of a server see.
struct ServerState {
    ServerState(ServerOptions serverOptions, const Router &serverRouter)
        : options(std::move(serverOptions)), router(serverRouter) {}

    const ServerOptions options;
    const Router &router;
    std::atomic<bool> stopping{false};

    [[nodiscard]] Poco::Net::Context::Ptr tls() const;
    void tls(Poco::Net::Context::Ptr context);

    /// Of all threads, including what is on its way to one.
    std::atomic<std::size_t> connections{0};
    void connectionClosed();
    /// Waits until there is none; false when the time is over.
    [[nodiscard]] bool waitForNone(std::chrono::milliseconds time);

  private:
    mutable std::mutex mutex_;  // guards the TLS context
    std::condition_variable closed_;
    Poco::Net::Context::Ptr tls_;
};

class Worker {
  public:
    explicit Worker(ServerState &serverState);
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Takes over a connected socket. In a fiber of this worker's loop.
    void accept(int descriptor, const std::string &clientAddress);
    /// Ends connections that have been silent for too long.
    void sweep();
    /// Closes the connections without a request in progress.
    void closeIdle();
    /// Breaks all connections.
    void closeAll();

    void destroy(Connection &connection);

    std::unique_ptr<char[]> takeBuffer();
    void giveBuffer(std::unique_ptr<char[]> buffer);
    std::unique_ptr<Exchange> takeExchange();
    void giveExchange(std::unique_ptr<Exchange> exchange);
    /// "Date: Mon, 23 Nov 2026 10:15:30 GMT\r\n"
    std::string_view date();

    ServerState &state;
    fiber::Loop loop;
    fiber::Event ending;  ///< set when the server stops
    std::atomic<std::size_t> connections{0};
    IdSource ids;
    Deflater deflater;

    struct Lists;
    Lists &lists() { return *lists_; }

  private:
    std::unique_ptr<Lists> lists_;
    std::vector<std::unique_ptr<Exchange>> exchanges_;
    std::vector<std::unique_ptr<char[]>> buffers_;
    std::string date_;
    std::time_t dateOf_ = 0;
};

}  // namespace kontor::http
