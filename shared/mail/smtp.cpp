// Messages over POCO's SMTP client. POCO blocks, so messages go out on threads of their own: those of fiber::offload
// also check passwords, and a mail server that hangs must not keep anybody from signing in.

#include "shared/mail/mail.h"

#include "shared/contract/error.h"
#include "shared/contract/uuid.h"
#include "shared/fiber/loop.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Environment.h>
#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/DialogSocket.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Timestamp.h>
#include <Poco/URI.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace kontor::mail {

namespace {

using Poco::Net::Context;
using Poco::Net::SecureStreamSocket;
using Poco::Net::SMTPClientSession;
using Poco::Net::SMTPException;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

Context::Ptr makeContext(const std::string &authoritiesFile) {
    Context::Params parameters;
    parameters.verificationMode = Context::VERIFY_STRICT;
    parameters.caLocation = authoritiesFile;
    parameters.loadDefaultCAs = authoritiesFile.empty();
    parameters.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
    Context::Ptr context(new Context(Context::TLS_CLIENT_USE, parameters));
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context->enableExtendedCertificateVerification(true);
    return context;
}

/// Our own name for EHLO: the machine's, when it is one that may stand there.
std::string machineName() {
    std::string const name = Poco::Environment::nodeName();
    bool const fits = !name.empty() && std::ranges::all_of(name, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    });
    return fits ? name : "localhost";
}

/// One conversation with a server. POCO's own secure session forgets the host's name when it is given a connected
/// socket, and has no limit to the time of connecting when it is not.
class Session : public SMTPClientSession {
  public:
    Session(const StreamSocket &connected, std::chrono::seconds timeout) : SMTPClientSession(connected) {
        setTimeout(Poco::Timespan(static_cast<long>(timeout.count()), 0));
    }

    void greet() { login(machineName(), capabilities_); }
    [[nodiscard]] bool offers(std::string_view extension) const {
        std::string upper = capabilities_;
        std::ranges::transform(upper, upper.begin(),
                               [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return upper.find(extension) != std::string::npos;
    }
    void startTls(const std::string &host, const Context::Ptr &context) {
        command("STARTTLS", 2);
        SecureStreamSocket const secured(SecureStreamSocket::attach(socket(), host, context));
        socket() = secured;
        greet();
    }
    void authenticate(const std::string &user, const std::string &password) {
        if (offers("AUTH") && !offers("PLAIN") && offers("LOGIN")) {
            loginUsingLogin(user, password);
        } else if (offers("AUTH") && !offers("PLAIN") && offers("CRAM-MD5")) {
            loginUsingCRAMMD5(user, password);
        } else {
            loginUsingPlain(user, password);
        }
    }
    void deliver(const std::string &from, const std::string &to, const std::string &content) {
        command("MAIL FROM:<" + from + '>', 2);
        command("RCPT TO:<" + to + '>', 2);
        command("DATA", 3);
        std::istringstream stream(content);
        sendMessage(stream);
    }

  private:
    void command(const std::string &line, int wanted) {
        std::string answer;
        int const status = sendCommand(line, answer);
        if (status / 100 != wanted) throw SMTPException(line.substr(0, line.find(':')), answer, status);
    }

    std::string capabilities_;
};

/// The threads of one mailer. Few wait for them: whoever comes when many do is told to come again.
class Senders {
  public:
    Senders() {
        for (int i = 0; i < 2; ++i) {
            threads_.emplace_back([this](const std::stop_token &stop) { work(stop); });
        }
    }

    /// Runs the job on one of the threads while the caller waits; what it throws comes out here.
    void run(const std::function<void()> &job) {
        auto const one = std::make_shared<Job>();
        one->work = job;
        {
            std::lock_guard const lock(mutex_);
            if (jobs_.size() >= maximumWaiting) {
                throw Error(ErrorCode::unavailable, "Many messages are waiting for the mail server.");
            }
            jobs_.push_back(one);
        }
        condition_.notify_one();
        [[maybe_unused]] bool const done = one->done.wait();
        if (one->failure) std::rethrow_exception(one->failure);
    }

  private:
    static constexpr std::size_t maximumWaiting = 8;
    struct Job {
        std::function<void()> work;
        fiber::Event done;
        std::exception_ptr failure;
    };

    void work(const std::stop_token &stop) {
        while (true) {
            std::shared_ptr<Job> job;
            {
                std::unique_lock lock(mutex_);
                if (!condition_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
                job = std::move(jobs_.front());
                jobs_.pop_front();
            }
            try {
                job->work();
            } catch (...) {
                job->failure = std::current_exception();
            }
            job->done.set();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::deque<std::shared_ptr<Job>> jobs_;
    std::vector<std::jthread> threads_;
};

/// What a failure means for the caller. The server's own words are for a log, not for the visitor of a page.
Error meaningOf(const Poco::Exception &problem) {
    const auto *const refusal = dynamic_cast<const SMTPException *>(&problem);
    bool const forGood = refusal != nullptr && refusal->code() / 100 == 5 &&
                         (problem.message().find("RCPT") != std::string::npos || refusal->code() == 552);
    if (forGood) return {ErrorCode::validation, "The mail server does not take messages for this address."};
    return {ErrorCode::unavailable, "The mail server cannot be used now: " + problem.displayText()};
}

}  // namespace

struct SmtpMailer::Implementation {
    explicit Implementation(SmtpOptions given) : options(std::move(given)) {
        Poco::URI url;
        try {
            url = options.url;
            port = url.getPort();
        } catch (const Poco::Exception &) {
            throw std::runtime_error("smtp.url is no address.");
        }
        secure = url.getScheme() == "smtps";
        host = url.getHost();
        if ((!secure && url.getScheme() != "smtp") || host.empty()) {
            throw std::runtime_error("smtp.url must be smtp://host:port or smtps://host:port.");
        }
        if (port == 0) port = secure ? 465 : 587;
        std::string const userInfo = url.getUserInfo();
        auto const colon = userInfo.find(':');
        try {
            Poco::URI::decode(userInfo.substr(0, colon), user);
            if (colon != std::string::npos) Poco::URI::decode(userInfo.substr(colon + 1), password);
        } catch (const Poco::Exception &) {
            throw std::runtime_error("The user or the password in smtp.url is not encoded as in addresses.");
        }
        try {
            from = parseAddress(options.from);
        } catch (const Error &) {
            throw std::runtime_error("smtp.from must be an e-mail address, such as Acme <crm@example.com>.");
        }
        try {
            context = makeContext(options.authoritiesFile);
        } catch (const Poco::Exception &problem) {
            throw std::runtime_error("TLS for e-mail cannot be set up: " + problem.displayText());
        }
    }

    [[nodiscard]] StreamSocket connect(const SocketAddress &address) const {
        Poco::Timespan const limit(static_cast<long>(options.timeout.count()), 0);
        if (secure) {
            SecureStreamSocket socket(context);
            socket.setPeerHostName(host);
            socket.connect(address, limit);
            return socket;
        }
        StreamSocket socket;
        socket.connect(address, limit);
        return socket;
    }

    void deliver(const std::string &to, const std::string &content) const {
        SocketAddress const address(host, port);
        Session session(connect(address), options.timeout);
        session.greet();
        if (!secure && session.offers("STARTTLS")) {
            session.startTls(host, context);
        } else if (!secure && !user.empty() && !address.host().isLoopback()) {
            throw SMTPException("the server has no TLS, and the password must not be readable on the way");
        }
        if (!user.empty()) session.authenticate(user, password);
        session.deliver(from.address, to, content);
        try {
            session.close();
        } catch (const Poco::Exception &) {
            // The message has been taken; how the server says goodbye is its own affair.
        }
    }

    SmtpOptions options;
    bool secure = false;
    std::string host;
    std::uint16_t port = 0;
    std::string user;
    std::string password;
    Address from;
    Context::Ptr context;
    Senders senders;
};

SmtpMailer::SmtpMailer(SmtpOptions options) : implementation_(std::make_unique<Implementation>(std::move(options))) {}
SmtpMailer::~SmtpMailer() = default;

void SmtpMailer::send(const Message &message) {
    const Implementation &server = *implementation_;
    std::string const date = Poco::DateTimeFormatter::format(Poco::Timestamp(), "%w, %e %b %Y %H:%M:%S +0000");
    std::string const domain = server.from.address.substr(server.from.address.find('@') + 1);
    std::string const content = format(message, server.from, date, newId() + '@' + domain);
    implementation_->senders.run([&] {
        try {
            server.deliver(message.to, content);
        } catch (const Poco::Exception &problem) {
            throw meaningOf(problem);
        }
    });
}

}  // namespace kontor::mail
