// The desktop client: reads the command line, and opens the window.

#include "desktop/views/look.h"
#include "desktop/views/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QTranslator>

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName("Kontor");
    QCoreApplication::setApplicationName("kontor-desktop");
    QGuiApplication::setApplicationDisplayName("Kontor");
    QGuiApplication::setDesktopFileName("kontor");

    QString const scheme = QSettings().value("look/scheme").toString();
    using kontor::desktop::look::Scheme;
    kontor::desktop::look::apply(application, scheme == "dark"    ? Scheme::dark
                                              : scheme == "light" ? Scheme::light
                                                                  : Scheme::system);

    QTranslator translator;
    if (translator.load(QLocale(), "kontor", "_", ":/translations")) QCoreApplication::installTranslator(&translator);

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "The desktop client of Kontor"));
    parser.addHelpOption();
    QCommandLineOption const server("server", QCoreApplication::translate("main", "Address of the server."), "url");
    parser.addOption(server);
    parser.process(application);

    kontor::desktop::Server connection;
    connection.setAddress(QUrl(parser.isSet(server) ? parser.value(server) : qEnvironmentVariable("KONTOR_URL")));
    connection.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
    kontor::desktop::Workspace workspace(connection);
    kontor::desktop::MainWindow window(workspace);
    window.show();
    workspace.load();
    return QApplication::exec();
}
