#include "shared/http/connection.h"
#include "shared/http/problem.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>

namespace kontor::http {

namespace {

/// As many descriptors as we may have: each connection is one.
void raiseDescriptorLimit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// TLS writes through write(), which raises SIGPIPE when the client has gone.
void ignoreBrokenPipes() {
    struct sigaction current {};
    if (::sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

/// One too many: told so, as far as that costs nothing.
void turnAway(int descriptor) {
    Response response;
    writeProblem(Request(), Error(ErrorCode::unavailable, "too many connections"), response);
    std::string const message = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
                                "Connection: close\r\nRetry-After: 5\r\nContent-Length: " +
                                std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
    [[maybe_unused]] auto const sent = ::send(descriptor, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(descriptor, SHUT_WR);
    ::close(descriptor);
}

}  // namespace

struct Server::Implementation {
    Implementation(ServerOptions options, const Router &router) : state(std::move(options), router) {}

    ServerState state;
    Poco::Net::ServerSocket listener;
    int port = 0;
    std::vector<std::unique_ptr<Worker>> workers;
    std::vector<std::thread> threads;
    std::size_t nextWorker = 0;
    bool abandoned = false;  // a thread that could not be stopped still uses this

    std::mutex mutex;  // guards running
    std::condition_variable ended;
    std::size_t running = 0;

    void loadCertificate() {
        if (state.options.certificateFile.empty()) return;
        state.tls(makeServerContext(state.options.certificateFile, state.options.privateKeyFile));
    }

    /// The thread with the fewest connections; among equals, in turn. A large difference is made of idle connections,
    /// which are no load: then it goes in turn, too, lest all the busy ones meet on one thread.
    Worker &chooseWorker() {
        constexpr std::size_t largeDifference = 64;
        nextWorker = (nextWorker + 1) % workers.size();
        Worker &next = *workers[nextWorker];
        Worker *fewest = &next;
        for (auto const &worker : workers) {
            if (worker->connections < fewest->connections) fewest = worker.get();
        }
        return next.connections > fewest->connections + largeDifference ? next : *fewest;
    }

    /// Hands all waiting connections out. In a fiber of the first worker.
    void acceptWaiting() {
        int const listening = listener.impl()->sockfd();
        while (!state.stopping) {
            sockaddr_storage address{};
            socklen_t length = sizeof address;
            int const descriptor =
                ::accept4(listening, reinterpret_cast<sockaddr *>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor >= 0) {
                handOut(descriptor, Poco::Net::SocketAddress(reinterpret_cast<sockaddr *>(&address), length));
            } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                fiber::sleep(std::chrono::milliseconds(50));  // until a connection closes
            } else if (errno != EINTR && errno != ECONNABORTED) {
                break;
            }
        }
        if (!state.stopping) workers.front()->loop.rearm(listening);
    }

    void handOut(int descriptor, const Poco::Net::SocketAddress &address) {
        if (state.connections >= static_cast<std::size_t>(state.options.maximumConnections)) {
            turnAway(descriptor);
            return;
        }
        Worker &worker = chooseWorker();
        ++worker.connections;
        ++state.connections;
        auto client = address.host().toString();
        if (&worker == workers.front().get()) {
            worker.accept(descriptor, client);
        } else {
            worker.loop.post([&worker, descriptor, client = std::move(client)] { worker.accept(descriptor, client); });
        }
    }

    /// Looks after silent connections until the server stops.
    void sweepRegularly(Worker &worker) {
        auto const shortest = std::min(state.options.headerTimeout, state.options.keepAliveTimeout);
        auto const pause = std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(10),
                                                                 std::chrono::milliseconds(1000));
        while (!worker.ending.wait(fiber::Clock::now() + pause)) worker.sweep();
    }

    void run(Worker &worker) {
        worker.loop.run();
        std::lock_guard const lock(mutex);
        --running;
        ended.notify_all();
    }

    bool waitForThreads(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex);
        return ended.wait_for(lock, time, [this] { return running == 0; });
    }

    void onEach(void (Worker::*action)()) {
        for (auto const &worker : workers) {
            worker->loop.post([&worker = *worker, action] { (worker.*action)(); });
        }
    }
};

Server::Server(ServerOptions options, const Router &router)
    : implementation_(std::make_unique<Implementation>(std::move(options), router)) {
    auto &self = *implementation_;
    auto const &chosen = self.state.options;
    ignoreBrokenPipes();
    self.loadCertificate();
    Poco::Net::SocketAddress const address(chosen.address, static_cast<Poco::UInt16>(chosen.port));
    self.listener.bind(address, true, false);  // never a port that another server has: POCO would share it
    self.listener.listen(1024);
    self.listener.setBlocking(false);
    self.port = self.listener.address().port();
    auto const threads =
        chosen.threads > 0 ? static_cast<unsigned>(chosen.threads) : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < threads; ++i) self.workers.push_back(std::make_unique<Worker>(self.state));
}

Server::~Server() {
    if (!implementation_->threads.empty()) stop(std::chrono::seconds(5));
    if (implementation_->abandoned) [[maybe_unused]]
        auto *const left = implementation_.release();
}

int Server::port() const { return implementation_->port; }

std::size_t Server::connections() const { return implementation_->state.connections; }

void Server::reloadCertificate() { implementation_->loadCertificate(); }

void Server::start() {
    auto &self = *implementation_;
    raiseDescriptorLimit();
    auto &first = self.workers.front()->loop;
    first.post([&self, &first] { first.watch(self.listener.impl()->sockfd(), [&self] { self.acceptWaiting(); }); });
    self.running = self.workers.size();
    for (auto const &worker : self.workers) {
        worker->loop.post([&self, &worker = *worker] { self.sweepRegularly(worker); });
        self.threads.emplace_back([&self, &worker = *worker] { self.run(worker); });
    }
}

bool Server::stop(std::chrono::milliseconds grace) {
    auto &self = *implementation_;
    if (self.threads.empty()) return true;
    self.state.stopping = true;
    auto &first = self.workers.front()->loop;
    first.post([&self, &first] {
        first.forget(self.listener.impl()->sockfd());
        self.listener.close();
    });
    self.onEach(&Worker::closeIdle);
    if (!self.state.waitForNone(grace)) {
        self.onEach(&Worker::closeAll);
        [[maybe_unused]] bool const none = self.state.waitForNone(std::chrono::seconds(1));
    }
    for (auto const &worker : self.workers) {
        worker->ending.set();
        worker->loop.stop();
    }
    bool const finished = self.waitForThreads(std::chrono::seconds(1));
    for (auto &thread : self.threads) {
        if (finished) {
            thread.join();
        } else {
            thread.detach();
        }
    }
    self.threads.clear();
    if (!finished) [[maybe_unused]]
        auto *const left = implementation_.release();  // its threads still use it
    return finished;
}

}  // namespace kontor::http
