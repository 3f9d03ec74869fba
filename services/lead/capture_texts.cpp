// The words of the pages in three languages.

#include "services/lead/capture_texts.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::lead {

namespace {

/// One text in each Language, in its order.
using Texts = std::array<std::string_view, 3>;

std::string_view in(const Texts &texts, Language language) { return texts.at(static_cast<std::size_t>(language)); }

struct Sentence {
    Say what;
    Texts title;
    Texts text;
};

const auto sentences = std::to_array<Sentence>({
    {Say::thanks,
     {"Thank you", "Vielen Dank", "Tack"},
     {"We have received what you sent and will be in touch.",
      "Wir haben Ihre Angaben erhalten und melden uns bei Ihnen.", "Vi har tagit emot dina uppgifter och hör av oss."}},
    {Say::checkMail,
     {"One more step", "Noch ein Schritt", "Ett steg kvar"},
     {"We have sent you an e-mail. Please open the link in it to confirm.",
      "Wir haben Ihnen eine E-Mail geschickt. Bitte öffnen Sie den Link darin, um zu bestätigen.",
      "Vi har skickat ett e-postmeddelande till dig. Öppna länken i det för att bekräfta."}},
    {Say::pageTooOld,
     {"Please send again", "Bitte noch einmal senden", "Skicka igen"},
     {"This page had been open for too long, or was not complete. Please check what you entered and send it again.",
      "Diese Seite war zu lange geöffnet oder unvollständig. Bitte prüfen Sie Ihre Angaben und senden Sie sie noch "
      "einmal.",
      "Sidan har varit öppen för länge eller var inte fullständig. Kontrollera uppgifterna och skicka igen."}},
    {Say::tooFast,
     {"Please send again", "Bitte noch einmal senden", "Skicka igen"},
     {"That was faster than anybody can type. Please check what you entered and send it again.",
      "Das war schneller, als jemand tippen kann. Bitte prüfen Sie Ihre Angaben und senden Sie sie noch einmal.",
      "Det gick fortare än någon kan skriva. Kontrollera uppgifterna och skicka igen."}},
    {Say::confirmed,
     {"Thank you", "Vielen Dank", "Tack"},
     {"Your e-mail address is confirmed.", "Ihre E-Mail-Adresse ist bestätigt.", "Din e-postadress är bekräftad."}},
    {Say::confirmationExpired,
     {"This link has expired", "Dieser Link ist abgelaufen", "Länken har slutat gälla"},
     {"Please fill in the form again: we will send you a new link.",
      "Bitte füllen Sie das Formular noch einmal aus: Sie erhalten dann einen neuen Link.",
      "Fyll i formuläret igen, så skickar vi en ny länk."}},
    {Say::confirmationUnknown,
     {"This link is not valid", "Dieser Link ist nicht gültig", "Länken är inte giltig"},
     {"Please check that you have opened the whole link of our e-mail.",
      "Bitte prüfen Sie, ob Sie den ganzen Link aus unserer E-Mail geöffnet haben.",
      "Kontrollera att du har öppnat hela länken i vårt e-postmeddelande."}},
    {Say::notTaken,
     {"We could not use this", "Das hat leider nicht geklappt", "Det gick inte"},
     {"What you sent is kept, but it could not be taken up as it is. Please get in touch with us another way.",
      "Ihre Angaben sind gespeichert, konnten aber so nicht übernommen werden. Bitte melden Sie sich auf anderem Weg.",
      "Dina uppgifter är sparade men kunde inte användas som de är. Kontakta oss på ett annat sätt."}},
    {Say::notFound,
     {"There is no such page", "Diese Seite gibt es nicht", "Sidan finns inte"},
     {"The form does not exist, or is not in use any more.",
      "Das Formular gibt es nicht, oder es wird nicht mehr verwendet.",
      "Formuläret finns inte eller används inte längre."}},
    {Say::tooMany,
     {"Please wait a little", "Bitte warten Sie etwas", "Vänta en stund"},
     {"A lot has been sent from your connection. Please try again later.",
      "Von Ihrem Anschluss wurde schon viel gesendet. Bitte versuchen Sie es später noch einmal.",
      "Mycket har skickats från din anslutning. Försök igen senare."}},
    {Say::tooLarge,
     {"This is too much", "Das ist zu viel", "Det är för mycket"},
     {"Please shorten what you entered and send it again.",
      "Bitte kürzen Sie Ihre Angaben und senden Sie sie noch einmal.", "Korta ned uppgifterna och skicka igen."}},
    {Say::malformed,
     {"This cannot be read", "Das ist nicht lesbar", "Det går inte att läsa"},
     {"What was sent is not a form.", "Was gesendet wurde, ist kein Formular.",
      "Det som skickades är inget formulär."}},
    {Say::trouble,
     {"Something went wrong", "Da ist etwas schiefgegangen", "Något gick fel"},
     {"Please try again in a few minutes.", "Bitte versuchen Sie es in einigen Minuten noch einmal.",
      "Försök igen om några minuter."}},
});

struct Label {
    std::string_view field;
    Texts texts;
};

const auto labels = std::to_array<Label>({
    {"salutation", {"Title", "Anrede", "Titel"}},
    {"firstName", {"First name", "Vorname", "Förnamn"}},
    {"lastName", {"Last name", "Nachname", "Efternamn"}},
    {"jobTitle", {"Job title", "Position", "Befattning"}},
    {"companyName", {"Company", "Firma", "Företag"}},
    {"website", {"Website", "Website", "Webbplats"}},
    {"industry", {"Industry", "Branche", "Bransch"}},
    {"employeeCount", {"Number of employees", "Anzahl der Mitarbeitenden", "Antal anställda"}},
    {"annualRevenue", {"Annual revenue", "Jahresumsatz", "Årsomsättning"}},
    {"email", {"E-mail address", "E-Mail-Adresse", "E-postadress"}},
    {"phone", {"Phone", "Telefon", "Telefon"}},
    {"mobile", {"Mobile phone", "Mobiltelefon", "Mobiltelefon"}},
    {"doNotCall", {"Please do not call", "Bitte nicht anrufen", "Ring inte"}},
    {"doNotMail", {"Please send no e-mail", "Bitte keine E-Mails senden", "Skicka ingen e-post"}},
    {"language", {"Language", "Sprache", "Språk"}},
    {"timezone", {"Time zone", "Zeitzone", "Tidszon"}},
    {"street", {"Street and number", "Straße und Hausnummer", "Gatuadress"}},
    {"city", {"City", "Ort", "Ort"}},
    {"subdivision", {"State or province", "Bundesland", "Län"}},
    {"postalCode", {"Postal code", "Postleitzahl", "Postnummer"}},
    {"country", {"Country", "Land", "Land"}},
    {"countryCode", {"Country (two letters)", "Land (zwei Buchstaben)", "Land (två bokstäver)"}},
    {"referredBy", {"Who recommended us?", "Wer hat uns empfohlen?", "Vem rekommenderade oss?"}},
    {"estimatedAmount", {"Budget", "Budget", "Budget"}},
    {"currency", {"Currency", "Währung", "Valuta"}},
    {"description", {"Your message", "Ihre Nachricht", "Ditt meddelande"}},
});

struct Fault {
    std::string_view code;
    std::string_view field;  ///< empty = any
    Texts texts;
};

/// The first that fits.
const auto faults = std::to_array<Fault>({
    {"REQUIRED", "consent", {"Please tick the box.", "Bitte kreuzen Sie das Feld an.", "Kryssa i rutan."}},
    {"REQUIRED", "", {"Please fill in this field.", "Bitte füllen Sie dieses Feld aus.", "Fyll i det här fältet."}},
    {"PATTERN",
     "email",
     {"This is not an e-mail address, such as anna@example.com.", "Das ist keine E-Mail-Adresse wie anna@example.com.",
      "Det är ingen e-postadress som anna@example.com."}},
    {"PATTERN",
     "phone",
     {"Please use digits, such as +44 20 7946 0000.", "Bitte verwenden Sie Ziffern, zum Beispiel +49 30 1234567.",
      "Använd siffror, till exempel +46 8 123 456."}},
    {"PATTERN",
     "mobile",
     {"Please use digits, such as +44 7700 900000.", "Bitte verwenden Sie Ziffern, zum Beispiel +49 170 1234567.",
      "Använd siffror, till exempel +46 70 123 45 67."}},
    {"PATTERN",
     "country",
     {"Please use the country's two letters, such as GB.", "Bitte verwenden Sie die zwei Buchstaben des Landes wie DE.",
      "Använd landets två bokstäver, till exempel SE."}},
    {"PATTERN",
     "website",
     {"This is not an address on the web.", "Das ist keine Adresse im Web.", "Det är ingen webbadress."}},
    {"TOO_LONG", "", {"This is too long.", "Das ist zu lang.", "Det är för långt."}},
    {"NOT_A_CHOICE",
     "",
     {"Please choose one of the entries.", "Bitte wählen Sie einen der Einträge.", "Välj ett av alternativen."}},
    {"INVALID_CHARACTER",
     "",
     {"This holds a character that cannot be stored.", "Hier ist ein Zeichen, das nicht gespeichert werden kann.",
      "Här finns ett tecken som inte kan sparas."}},
    {"WRONG_TYPE", "", {"Please check this entry.", "Bitte prüfen Sie diese Angabe.", "Kontrollera uppgiften."}},
    {"", "", {"Please check this entry.", "Bitte prüfen Sie diese Angabe.", "Kontrollera uppgiften."}},
});

const Sentence &sentence(Say what) { return *std::ranges::find(sentences, what, &Sentence::what); }

/// The q of "de;q=0.8" in thousandths; 1000 without one.
int qualityOf(std::string_view parameters) {
    auto const at = parameters.find("q=");
    if (at == std::string_view::npos) return 1000;
    double value = 0;
    auto const text = parameters.substr(at + 2);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return static_cast<int>(std::clamp(value, 0.0, 1.0) * 1000);
}

std::string_view withoutSpaces(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string_view languageCode(Language language) { return in({"en", "de", "sv"}, language); }

std::optional<Language> languageOf(std::string_view tag) {
    std::string primary(tag.substr(0, tag.find('-')));
    std::ranges::transform(primary, primary.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (Language const language : {Language::english, Language::german, Language::swedish}) {
        if (primary == languageCode(language)) return language;
    }
    return std::nullopt;
}

Language chooseLanguage(std::string_view formLanguage, std::string_view acceptLanguage) {
    if (auto const chosen = languageOf(formLanguage)) return *chosen;
    Language best = Language::english;
    int bestQuality = 0;
    while (!acceptLanguage.empty()) {
        auto const entry = acceptLanguage.substr(0, acceptLanguage.find(','));
        acceptLanguage.remove_prefix(std::min(entry.size() + 1, acceptLanguage.size()));
        auto const semicolon = std::min(entry.find(';'), entry.size());
        auto const language = languageOf(withoutSpaces(entry.substr(0, semicolon)));
        int const quality = qualityOf(entry.substr(semicolon));
        if (!language || quality <= bestQuality) continue;
        best = *language;
        bestQuality = quality;
    }
    return best;
}

std::string_view titleOf(Say what, Language language) { return in(sentence(what).title, language); }
std::string_view sentenceOf(Say what, Language language) { return in(sentence(what).text, language); }

std::string messageOf(const FieldError &error, Language language) {
    std::string_view const field =
        std::string_view(error.pointer).substr(std::min<std::size_t>(1, error.pointer.size()));
    for (const Fault &fault : faults) {
        bool const fits =
            (fault.code.empty() || fault.code == error.code) && (fault.field.empty() || fault.field == field);
        if (fits) return std::string(in(fault.texts, language));
    }
    return error.detail;
}

std::string_view standardLabel(std::string_view field, Language language) {
    const auto *const found = std::ranges::find(labels, field, &Label::field);
    return found == labels.end() ? field : in(found->texts, language);
}

std::string_view wordOf(Word word, Language language) {
    static constexpr std::array<Texts, 9> words{{
        {"Send", "Senden", "Skicka"},
        {"required", "erforderlich", "obligatoriskt"},
        {"Please correct the following:", "Bitte korrigieren Sie Folgendes:", "Rätta följande:"},
        {"Leave this field empty", "Dieses Feld bitte leer lassen", "Lämna fältet tomt"},
        {"Please choose", "Bitte wählen", "Välj"},
        {"Confirm your e-mail address", "E-Mail-Adresse bestätigen", "Bekräfta din e-postadress"},
        {"Press the button to confirm your e-mail address.",
         "Drücken Sie die Schaltfläche, um Ihre E-Mail-Adresse zu bestätigen.",
         "Tryck på knappen för att bekräfta din e-postadress."},
        {"Confirm", "Bestätigen", "Bekräfta"},
        {"Error:", "Fehler:", "Fel:"},
    }};
    return in(words.at(static_cast<std::size_t>(word)), language);
}

ConfirmationWords confirmationWords(Language language) {
    static constexpr std::array<ConfirmationWords, 3> all{{
        {"Please confirm: ", "you have sent us the form “", "”. Please open this link and confirm that it was you:",
         "The link is valid until ", "If it was not you, there is nothing to do: nothing will be kept in use."},
        {"Bitte bestätigen: ", "Sie haben uns das Formular „",
         "“ gesendet. Bitte öffnen Sie diesen Link und bestätigen Sie, dass Sie es waren:", "Der Link gilt bis ",
         "Wenn Sie es nicht waren, müssen Sie nichts tun: Die Angaben werden dann nicht verwendet."},
        {"Bekräfta: ", "du har skickat formuläret ”", "” till oss. Öppna den här länken och bekräfta att det var du:",
         "Länken gäller till ", "Om det inte var du behöver du inte göra något: uppgifterna används inte."},
    }};
    return all.at(static_cast<std::size_t>(language));
}

}  // namespace kontor::lead
