#pragma once

// One client: requests come in, are answered in order, and in between nothing is held but this.

#include "shared/http/worker.h"

namespace kontor::http {

class Connection {
  public:
    Connection(Worker &worker, Transport transport, std::string clientAddress);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    /// Answers what has arrived and parks, or destroys, the connection. In a fiber; nothing is thrown.
    void serve();

    Hook all;     ///< in the worker's list of connections
    Hook parked;  ///< in one of the worker's lists of connections without a request in progress

    /// When the connection is closed unless more arrives.
    [[nodiscard]] fiber::Clock::time_point deadline() const { return deadline_; }
    /// Makes serve() run and end the connection. While parked.
    void expire();
    /// Breaks the connection: whoever reads or writes it sees its end.
    void interrupt() const;

  private:
    enum class Next : std::uint8_t { park, close };

    Next answerRequests();
    bool answer(Exchange &exchange, std::size_t headLength);
    [[nodiscard]] bool prepare(Exchange &exchange);
    void dispatch(Exchange &exchange, MessageBody &body, const Router::Match &match);
    void invoke(Exchange &exchange, MessageBody &body, const Router::Match &match);
    void answerOptions(Exchange &exchange, const Router::Match &match) const;
    std::size_t respond(Exchange &exchange, const ErrorWriter &errors, bool &keepAlive);
    std::size_t respondWhole(Exchange &exchange, bool &keepAlive);
    std::size_t respondStreamed(Exchange &exchange, const ErrorWriter &errors, bool &keepAlive);
    void refuse(int status, const char *detail);
    [[nodiscard]] std::string_view corsOrigin(const Exchange &exchange) const;
    void park();
    void linger();

    Worker &worker_;
    Transport transport_;
    InputBuffer input_;
    std::string clientAddress_;
    fiber::Clock::time_point deadline_{};
    std::size_t scanned_ = 0;   // how much of the input holds no end of a head
    bool trusted_;              // nobody between client and server can listen
    bool readingHead_ = false;  // the deadline of a head runs from its first byte
    bool expired_ = false;
    bool unreadInput_ = false;  // closing at once would cost the client the response
    bool lost_ = false;         // nothing more can be sent
};

using AllConnections =
    boost::intrusive::list<Connection, boost::intrusive::member_hook<Connection, Hook, &Connection::all>,
                           boost::intrusive::constant_time_size<false>>;
using ParkedConnections =
    boost::intrusive::list<Connection, boost::intrusive::member_hook<Connection, Hook, &Connection::parked>,
                           boost::intrusive::constant_time_size<false>>;

struct Worker::Lists {
    AllConnections all;
    ParkedConnections idle;          // by deadline, the next first
    ParkedConnections awaitingHead;  // in no order, few
};

}  // namespace kontor::http
