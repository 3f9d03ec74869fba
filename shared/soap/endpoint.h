#pragma once

// A service's place in the HTTP server: a pool of gSOAP contexts, and the way of a request through one of them. A
// context belongs to one request from when it has arrived whole until it is answered; a fiber that waits in the middle
// keeps it. A client that is slow to send costs no context.

#include "shared/soap/exchange.h"
#include "shared/soap/soap.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace kontor::soap {

class Endpoint {
  public:
    Endpoint(const ServiceContract &contract, const Hosting &hosting, SkeletonFactory factory);
    ~Endpoint();

    void handle(http::Request &request, http::Response &response, unsigned level);

  private:
    struct Slot;
    class Lease;

    [[nodiscard]] std::unique_ptr<Slot> take();
    void giveBack(std::unique_ptr<Slot> slot);
    void answer(Slot &slot, http::Response &response) const;
    [[nodiscard]] Error parserError(Exchange &exchange) const;
    [[nodiscard]] std::string envelopeAround(const Exchange &exchange, std::string_view body) const;
    void writeAnswer(Exchange &exchange, http::Response &response) const;
    [[nodiscard]] const StructType *inputOf(std::string_view operation) const;

    const ServiceContract &contract_;
    Hosting hosting_;
    SkeletonFactory factory_;
    std::mutex mutex_;  // held for a push or a pop only
    std::vector<std::unique_ptr<Slot>> free_;
};

}  // namespace kontor::soap
