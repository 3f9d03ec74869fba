#include "services/identity/identity_soap.h"

#include "shared/soap/standard_service.h"
#include "soap/mapping_identity.h"

namespace kontor::identity {

namespace {

class IdentitySoap final : public soap::StandardService<soap::IdentityTypes> {
  public:
    IdentitySoap(struct soap *context, IdentityService &service)
        : StandardService(context, service.operations()), service_(service) {}
    IdentityV1Soap11Service *copy() override { return nullptr; }  // a skeleton stays with its context
    void IdentityV1Soap11Service_init(soap_mode, soap_mode) override {}

    int login(identity__Login *in, identity__LoginResponse &out) override {
        return runOpen([&](const auth::Caller &caller) {
            auto const input = soap::takeInput<Login>(in);
            if (!call().request().secure) {
                throw Error(ErrorCode::unauthenticated, "A password is taken through TLS only.");
            }
            LoginResult result =
                service_.login(*input.userName, *input.password, input.totp.value_or(""), caller.clientAddress);
            out.result = toSoap(this->soap, result, call().level());
        });
    }

    int logout(identity__Logout *, identity__LogoutResponse &) override {
        return run([&](const auth::Caller &caller) { service_.logout(caller); });
    }

    int getUserInfo(identity__GetUserInfo *, identity__GetUserInfoResponse &out) override {
        return run([&](const auth::Caller &caller) {
            UserInfo result = service_.userInfo(caller);
            out.result = toSoap(this->soap, result, call().level());
        });
    }

    int setPassword(identity__SetPassword *in, identity__SetPasswordResponse &) override {
        return run([&](const auth::Caller &caller) { service_.setPassword(caller, soap::takeInput<SetPassword>(in)); });
    }

    int enrolTotp(identity__EnrolTotp *, identity__EnrolTotpResponse &out) override {
        return run([&](const auth::Caller &caller) {
            TotpEnrolment result = service_.enrolTotp(caller);
            out.result = toSoap(this->soap, result, call().level());
        });
    }

    int confirmTotp(identity__ConfirmTotp *in, identity__ConfirmTotpResponse &) override {
        return run([&](const auth::Caller &caller) {
            service_.confirmTotp(caller, soap::takeInput<ConfirmTotp>(in).totp.value_or(""));
        });
    }

    int disableTotp(identity__DisableTotp *in, identity__DisableTotpResponse &) override {
        return run([&](const auth::Caller &caller) { service_.disableTotp(caller, soap::takeInput<DisableTotp>(in)); });
    }

    int getServerTimestamp(identity__GetServerTimestamp *, identity__GetServerTimestampResponse &out) override {
        return runOpen([&](const auth::Caller &) {
            ServerTimestamp result;
            result.timestamp = DateTime::now();
            out.result = toSoap(this->soap, result, call().level());
        });
    }

  private:
    IdentityService &service_;
};

}  // namespace

void addIdentitySoapRoutes(http::Router &router, IdentityService &service, const std::string &publicUrl) {
    soap::host(router, serviceContract(), {service, publicUrl},
               [&service](struct soap *context) { return std::make_unique<IdentitySoap>(context, service); });
}

}  // namespace kontor::identity
