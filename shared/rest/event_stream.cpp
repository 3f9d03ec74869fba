#include "shared/rest/event_stream.h"

#include "shared/entity/feed.h"
#include "shared/entity/json.h"
#include "shared/entity/routes.h"
#include "shared/fiber/loop.h"
#include "shared/telemetry/logging.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

namespace kontor::rest {

using entity::FeedEntry;
using events::Position;
using fiber::Clock;

namespace {

/// Rows that are read, and handed out, at once.
constexpr int readAtOnce = 200;
/// What is kept for a stream whose client is slow; one that lags further reads the outbox itself.
constexpr std::size_t largestInbox = 1000;

struct Offered {
    std::size_t service = 0;
    std::shared_ptr<const FeedEntry> entry;
};

/// One stream, as the reader of the outboxes sees it. All but `wake` is guarded by the mutex of all streams.
struct Listener {
    std::shared_ptr<const auth::Principal> principal;
    std::set<const EntityType *> entities;  // empty = all
    std::vector<Offered> inbox;
    bool overflowed = false;
    fiber::Event wake;
};

/// What a stream finds when it wakes.
struct Delivered {
    std::vector<Offered> inbox;
    bool overflowed = false;
    bool stopping = false;
    std::vector<std::optional<Position>> reached;
};

}  // namespace

struct EventStreams::Implementation {
    Implementation(std::vector<Service> given, EventStreamOptions chosen)
        : services(std::move(given)), options(chosen), wakes(services.size()), reached(services.size()) {
        for (std::size_t i = 0; i < services.size(); ++i) {
            loop.post([this, i] { follow(i); });
        }
        thread = std::thread([this] { loop.run(); });
    }
    ~Implementation() {
        stop();
        loop.stop();
        thread.join();
    }
    Implementation(const Implementation &) = delete;
    Implementation &operator=(const Implementation &) = delete;

    void stop() {
        std::lock_guard const lock(mutex);
        stopping = true;
        for (Listener *const listener : listeners) listener->wake.set();
        for (fiber::Event &wake : wakes) wake.set();
    }

    void add(Listener &listener) {
        std::lock_guard const lock(mutex);
        if (stopping) throw Error(ErrorCode::unavailable, "The server is stopping.");
        listeners.insert(&listener);
        for (fiber::Event &wake : wakes) wake.set();
    }
    void remove(Listener &listener) {
        std::lock_guard const lock(mutex);
        listeners.erase(&listener);
    }
    void setPrincipal(Listener &listener, std::shared_ptr<const auth::Principal> principal) {
        std::lock_guard const lock(mutex);
        listener.principal = std::move(principal);
    }
    Delivered take(Listener &listener) {
        std::lock_guard const lock(mutex);
        return {std::exchange(listener.inbox, {}), std::exchange(listener.overflowed, false), stopping, reached};
    }

    /// Reads the outbox of one service for as long as somebody listens.
    void follow(std::size_t service) {
        entity::Operations &operations = *services[service].operations;
        std::vector<std::string> names;
        for (const EntityType *const type : operations.contract().entities) names.emplace_back(type->name);
        std::optional<Position> at;
        while (!stopping) {
            if (!listened(service)) {
                at.reset();
                [[maybe_unused]] bool const woken = wakes[service].wait();
                continue;
            }
            bool more = false;
            try {
                if (!at) {
                    at = events::endOfOutbox(operations.pool());
                    publish(service, *at, {});
                }
                entity::FeedPage page = entity::readFeed(operations, names, *at, readAtOnce);
                more = page.more;
                if (page.reached != *at) publish(service, page.reached, std::move(page.entries));
                at = page.reached;
            } catch (const std::exception &failure) {
                telemetry::log(telemetry::Level::warning, "changes not read",
                               {{"service", std::string(operations.contract().name)}, {"message", failure.what()}});
            }
            if (!more && !stopping) fiber::sleep(options.interval);
        }
    }

    /// Where nobody listens, nothing is known to have been reached.
    bool listened(std::size_t service) {
        std::lock_guard const lock(mutex);
        if (listeners.empty()) reached[service].reset();
        return !listeners.empty();
    }

    void publish(std::size_t service, Position position, std::vector<FeedEntry> entries) {
        std::vector<std::shared_ptr<const FeedEntry>> shared;
        for (FeedEntry &entry : entries) shared.push_back(std::make_shared<const FeedEntry>(std::move(entry)));
        std::lock_guard const lock(mutex);
        bool const first = !reached[service];
        reached[service] = position;
        for (Listener *const listener : listeners) {
            bool const woken = offer(*listener, service, shared);
            if (woken || first) listener->wake.set();
        }
    }

    static bool offer(Listener &listener, std::size_t service,
                      const std::vector<std::shared_ptr<const FeedEntry>> &entries) {
        bool any = false;
        for (const auto &entry : entries) {
            bool const wanted = listener.entities.empty() || listener.entities.contains(entry->change.entity);
            if (!wanted || !entity::changeFor(*listener.principal, *entry)) continue;
            any = true;
            if (listener.inbox.size() >= largestInbox) listener.overflowed = true;
            if (!listener.overflowed) listener.inbox.push_back({service, entry});
        }
        return any;
    }

    std::vector<Service> const services;
    EventStreamOptions const options;
    std::atomic<bool> stopping{false};
    std::deque<fiber::Event> wakes;  // of the readers, one for each service
    mutable std::mutex mutex;        // guards the two below and the listeners themselves; never held while waiting
    std::set<Listener *> listeners;
    std::vector<std::optional<Position>> reached;  // what all listeners have been offered, by service
    fiber::Loop loop;
    std::thread thread;  // last: starts when all else is there
};

namespace {

using Streams = EventStreams::Implementation;

/// The part of a request that says who is calling, kept for as long as the stream lasts.
struct Credentials {
    explicit Credentials(const http::Request &request) {
        if (auto const header = request.header("Authorization"); !header.empty()) {
            headers.set("Authorization", std::string(header));
        }
        kept.method = request.method;
        kept.path = request.path;
        kept.headers = &headers;
        kept.clientAddress = request.clientAddress;
        kept.secure = request.secure;
        kept.requestId = request.requestId;
        kept.traceParent = request.traceParent;
    }
    Poco::Net::MessageHeader headers;
    http::Request kept;
};

/// What a client asked for.
struct Wanted {
    auth::Caller caller;
    std::vector<const EntityType *> entities;    // empty = all
    std::optional<entity::FeedPositions> after;  // empty = from now on
};

/// One client's stream, in the fiber that answers it.
class Stream {
  public:
    Stream(Streams &streams, http::Sink &sink, const Wanted &wanted, const Credentials &credentials)
        : streams_(streams), sink_(sink), wanted_(wanted), credentials_(credentials), caller_(wanted.caller) {
        listener_.principal = caller_.principal;
        listener_.entities.insert(wanted.entities.begin(), wanted.entities.end());
        streams_.add(listener_);
    }
    ~Stream() { streams_.remove(listener_); }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    void run() {
        sink_.write("retry: 2000\n\n");
        sink_.flush();
        beat();
        checkAt_ = beatAt_;
        while (Clock::now() < checkAt_ || stillSignedIn()) {
            Delivered const delivered = streams_.take(listener_);
            if (delivered.stopping) return;
            if (std::ranges::all_of(delivered.reached, [](const auto &one) { return one.has_value(); })) {
                if (!begun_) begin(delivered);
                deliver(delivered);
            }
            if (Clock::now() >= beatAt_) {
                sink_.write(": still here\n");
                if (std::exchange(moved_, false)) writeId();
                sink_.write("\n");
                beat();
            }
            sink_.flush();
            [[maybe_unused]] bool const woken = listener_.wake.wait(std::min(beatAt_, checkAt_));
        }
    }

  private:
    void beat() { beatAt_ = Clock::now() + streams_.options.heartbeat; }

    /// Looks at the credentials and the rights again. Where that cannot be done now, what was known goes on.
    bool stillSignedIn() {
        checkAt_ = Clock::now() + streams_.options.heartbeat;
        try {
            caller_ = streams_.services.front().identify(credentials_.kept);
        } catch (const Error &error) {
            return error.code != ErrorCode::unauthenticated && error.code != ErrorCode::rateLimited;
        } catch (const postgres::DatabaseError &) {
            return true;
        }
        streams_.setPrincipal(listener_, caller_.principal);
        return true;
    }

    void begin(const Delivered &delivered) {
        begun_ = true;
        for (std::size_t i = 0; i < streams_.services.size(); ++i) {
            Position from = delivered.reached[i].value();
            if (wanted_.after) {
                auto const given = wanted_.after->find(nameOf(i));
                if (given != wanted_.after->end()) from = given->second;
            }
            at_.push_back(from);
        }
        lagging_ = wanted_.after.has_value();
        sink_.write("event: ready\n");
        writeId();
        sink_.write("data: {}\n\n");
    }

    void deliver(const Delivered &delivered) {
        if (delivered.overflowed || std::exchange(lagging_, false)) {
            for (std::size_t i = 0; i < at_.size(); ++i) catchUp(i);
        }
        for (const Offered &offered : delivered.inbox) {
            if (offered.entry->position > at_[offered.service]) send(offered.service, *offered.entry);
        }
        // All up to here was offered, or read in catching up.
        for (std::size_t i = 0; i < at_.size(); ++i) moveTo(i, delivered.reached[i].value());
    }

    /// Reads what this stream has missed.
    void catchUp(std::size_t service) {
        entity::Operations &operations = *streams_.services[service].operations;
        std::vector<const EntityType *> own;
        for (const EntityType *const type : wanted_.entities) {
            if (operations.contract().entityByName(type->name) == type) own.push_back(type);
        }
        if (own.empty() && !wanted_.entities.empty()) return;
        std::vector<std::string> const names = entity::readableEntities(operations, caller_, own);
        while (!streams_.stopping) {
            Position const start = at_[service];
            entity::FeedPage const page = entity::readFeed(operations, names, start, readAtOnce);
            entity::requireKept(operations, start);
            for (const FeedEntry &entry : page.entries) send(service, entry);
            moveTo(service, page.reached);
            if (!page.more) return;
        }
    }

    void moveTo(std::size_t service, Position position) {
        if (position <= at_[service]) return;
        at_[service] = position;
        moved_ = true;
    }

    void send(std::size_t service, const FeedEntry &entry) {
        moveTo(service, entry.position);
        auto const change = entity::changeFor(*caller_.principal, entry);
        if (!change) return;
        std::string event = "event: change\n";
        moved_ = false;
        appendId(event);
        event += "data: {\"entity\":";
        entity::writeJsonString(event, change->entity->name);
        event += ",\"id\":\"" + change->id + "\",\"kind\":";
        entity::writeJsonString(event, change->kind);
        event += ",\"version\":" + std::to_string(change->version) + ",\"at\":\"" + change->at.toString() + '"';
        if (!entry.by.empty()) {
            event += ",\"by\":";
            entity::writeJsonString(event, entry.by);
        }
        event += "}\n\n";
        sink_.write(event);
        beat();
    }

    void writeId() {
        std::string line;
        appendId(line);
        sink_.write(line);
    }
    void appendId(std::string &out) {
        entity::FeedPositions positions;
        for (std::size_t i = 0; i < at_.size(); ++i) positions.emplace(nameOf(i), at_[i]);
        out += "id: " + entity::sealPositions(*streams_.services.front().operations, positions) + '\n';
    }
    [[nodiscard]] std::string nameOf(std::size_t service) const {
        return std::string(streams_.services[service].operations->contract().name);
    }

    Streams &streams_;
    http::Sink &sink_;
    const Wanted &wanted_;
    const Credentials &credentials_;
    auth::Caller caller_;
    Listener listener_;
    std::vector<Position> at_;  // by service: what the client has got, or need not get
    bool begun_ = false;
    bool lagging_ = false;
    bool moved_ = false;  // since the client was told where it stands
    Clock::time_point beatAt_;
    Clock::time_point checkAt_;
};

Error badParameter(const std::string &name, std::string detail) {
    Error error(ErrorCode::invalidQuery, std::move(detail));
    error.parameter = name;
    error.position = 0;
    return error;
}

const EntityType &entityNamed(const std::vector<Service> &services, std::string_view name) {
    for (const Service &service : services) {
        if (const EntityType *const type = service.operations->contract().entityByName(name)) return *type;
    }
    throw badParameter("entities", "There is no entity " + std::string(name) + ".");
}

std::vector<const EntityType *> entitiesOf(const std::vector<Service> &services, const std::string *list) {
    std::vector<const EntityType *> entities;
    if (list == nullptr) return entities;
    for (std::string_view rest = *list;;) {
        std::size_t const comma = rest.find(',');
        entities.push_back(&entityNamed(services, rest.substr(0, comma)));
        if (comma == std::string_view::npos) return entities;
        rest.remove_prefix(comma + 1);
    }
}

/// Where the client has come to: by its own last event, as browsers send it, or by a token that it kept.
std::optional<entity::FeedPositions> startOf(const std::vector<Service> &services, const http::Request &request,
                                             const std::vector<const EntityType *> &entities) {
    const std::string *const after = request.parameter("after");
    std::string_view const last = request.header("Last-Event-ID");
    if (after == nullptr && last.empty()) return std::nullopt;
    entity::FeedPositions positions =
        entity::openPositions(*services.front().operations, last.empty() ? *after : std::string(last));
    if (auto const plain = positions.find(""); plain != positions.end()) {
        // A token of /changes is of the one service whose collections were asked for.
        std::set<std::string> names;
        for (const Service &service : services) {
            for (const EntityType *const type : entities) {
                if (service.operations->contract().entityByName(type->name) == type) {
                    names.emplace(service.operations->contract().name);
                }
            }
        }
        if (names.size() != 1) {
            throw badParameter("after", "This token is of one service: name entities of that service in entities.");
        }
        positions.emplace(*names.begin(), plain->second);
        positions.erase("");
    }
    for (const Service &service : services) {
        auto const found = positions.find(service.operations->contract().name);
        if (found != positions.end()) entity::requireKept(*service.operations, found->second);
    }
    return positions;
}

void streamEvents(Streams &streams, http::Request &request, http::Response &response) {
    auto const credentials = std::make_shared<const Credentials>(request);
    auto const wanted = std::make_shared<Wanted>();
    wanted->caller = streams.services.front().identify(request);
    allowParameters(request, {"entities", "after"});
    wanted->entities = entitiesOf(streams.services, request.parameter("entities"));
    for (const Service &service : streams.services) {
        for (const EntityType *const type : wanted->entities) {
            if (service.operations->contract().entityByName(type->name) != type) continue;
            (void)entity::readableEntities(*service.operations, wanted->caller, {type});
        }
    }
    wanted->after = startOf(streams.services, request, wanted->entities);
    if (streams.stopping) throw Error(ErrorCode::unavailable, "The server is stopping.");
    response.contentType = "text/event-stream";
    response.header("X-Accel-Buffering", "no");  // a proxy that gathers would hold events back
    response.stream = [&streams, wanted, credentials](http::Sink &sink) {
        Stream(streams, sink, *wanted, *credentials).run();
    };
}

}  // namespace

EventStreams::EventStreams(std::vector<Service> services, EventStreamOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(services), options)) {}
EventStreams::~EventStreams() = default;

void EventStreams::stop() { implementation_->stop(); }

std::size_t EventStreams::open() const {
    std::lock_guard const lock(implementation_->mutex);
    return implementation_->listeners.size();
}

void EventStreams::addRoutes(http::Router &router) {
    for (const entity::SharedRoute &route : entity::sharedRoutes()) {
        if (route.action != entity::SharedAction::events) continue;
        router.add(route.method, route.path, std::string(route.operationId),
                   [streams = implementation_.get()](http::Request &request, http::Response &response) {
                       streamEvents(*streams, request, response);
                   });
    }
}

}  // namespace kontor::rest
