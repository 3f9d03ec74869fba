<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
  <context>
    <name>kontor</name>
    <message>
      <source> and </source>
      <translation> und </translation>
    </message>
    <message>
      <source> or </source>
      <translation> oder </translation>
    </message>
    <message numerus="yes">
      <source> – %n change(s) need you</source>
      <translation>
        <numerusform> – %n Änderung braucht Sie</numerusform>
        <numerusform> – %n Änderungen brauchen Sie</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source> – %n change(s) wait</source>
      <translation>
        <numerusform> – %n Änderung wartet</numerusform>
        <numerusform> – %n Änderungen warten</numerusform>
      </translation>
    </message>
    <message>
      <source>%1 %</source>
      <translation>%1 %</translation>
    </message>
    <message>
      <source>%1 (%2)</source>
      <translation>%1 (%2)</translation>
    </message>
    <message>
      <source>%1 (stays)</source>
      <translation>%1 (bleibt)</translation>
    </message>
    <message>
      <source>%1 belongs to the record %2</source>
      <translation>%1 gehört zum Datensatz %2</translation>
    </message>
    <message>
      <source>%1 cannot be read.</source>
      <translation>%1 kann nicht gelesen werden.</translation>
    </message>
    <message>
      <source>%1 could not be written: %2</source>
      <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
      <source>%1 created, %2 updated, %3 refused.</source>
      <translation>%1 angelegt, %2 geändert, %3 abgelehnt.</translation>
    </message>
    <message>
      <source>%1 fits no record that you may see</source>
      <translation>%1 passt zu keinem Datensatz, den Sie sehen dürfen</translation>
    </message>
    <message>
      <source>%1 fits several records</source>
      <translation>%1 passt zu mehreren Datensätzen</translation>
    </message>
    <message>
      <source>%1 for too long</source>
      <translation>%1 seit zu langer Zeit</translation>
    </message>
    <message>
      <source>%1 is back where it was.</source>
      <translation>%1 ist wieder, wo es war.</translation>
    </message>
    <message>
      <source>%1 is forgotten, with the changes that were to be sent to it.</source>
      <translation>%1 ist vergessen, mit den Änderungen, die noch dorthin zu senden waren.</translation>
    </message>
    <message>
      <source>%1 is kept here, and sent when the server is back.</source>
      <translation>%1 ist hier aufgehoben und wird gesendet, sobald der Server wieder da ist.</translation>
    </message>
    <message>
      <source>%1 is larger than 100 MB.</source>
      <translation>%1 ist größer als 100 MB.</translation>
    </message>
    <message>
      <source>%1 more</source>
      <translation>%1 weitere</translation>
    </message>
    <message>
      <source>%1 moved to %2.</source>
      <translation>%1 nach %2 verschoben.</translation>
    </message>
    <message>
      <source>%1 of %2 closed</source>
      <translation>%1 von %2 geschlossen</translation>
    </message>
    <message>
      <source>%1 of %2: %3</source>
      <translation>%1 von %2: %3</translation>
    </message>
    <message>
      <source>%1 stands in an earlier row</source>
      <translation>%1 steht in einer früheren Zeile</translation>
    </message>
    <message>
      <source>%1 was added.</source>
      <translation>%1 wurde hinzugefügt.</translation>
    </message>
    <message>
      <source>%1 was converted.</source>
      <translation>%1 wurde umgewandelt.</translation>
    </message>
    <message>
      <source>%1 was created.</source>
      <translation>%1 wurde angelegt.</translation>
    </message>
    <message>
      <source>%1 was not changed: %2</source>
      <translation>%1 wurde nicht geändert: %2</translation>
    </message>
    <message>
      <source>%1 was not moved: %2</source>
      <translation>%1 wurde nicht verschoben: %2</translation>
    </message>
    <message>
      <source>%1 was removed.</source>
      <translation>%1 wurde entfernt.</translation>
    </message>
    <message>
      <source>%1 was saved.</source>
      <translation>%1 wurde gespeichert.</translation>
    </message>
    <message>
      <source>%1 was sent to the printer.</source>
      <translation>%1 wurde zum Drucker geschickt.</translation>
    </message>
    <message>
      <source>%1 weighted</source>
      <translation>%1 gewichtet</translation>
    </message>
    <message>
      <source>%1 would be created, %2 updated, %3 refused.</source>
      <translation>%1 würden angelegt, %2 geändert, %3 abgelehnt.</translation>
    </message>
    <message>
      <source>%1 – Kontor</source>
      <translation>%1 – Kontor</translation>
    </message>
    <message>
      <source>%1, %2 to %3</source>
      <translation>%1, %2 bis %3</translation>
    </message>
    <message>
      <source>%1, all day</source>
      <translation>%1, ganztägig</translation>
    </message>
    <message>
      <source>%1, theirs: %2</source>
      <translation>%1, von der anderen Person: %2</translation>
    </message>
    <message>
      <source>%1, yours: %2</source>
      <translation>%1, von Ihnen: %2</translation>
    </message>
    <message>
      <source>%1: %2</source>
      <translation>%1: %2</translation>
    </message>
    <message>
      <source>%1: %2</source>
      <comment>what was done: to which kind of record</comment>
      <translation>%1: %2</translation>
    </message>
    <message>
      <source>%1: %L2</source>
      <translation>%1: %L2</translation>
    </message>
    <message>
      <source>%1: again at %2</source>
      <translation>%1: wieder um %2</translation>
    </message>
    <message>
      <source>%1: stopped.</source>
      <translation>%1: angehalten.</translation>
    </message>
    <message>
      <source>%L1</source>
      <translation>%L1</translation>
    </message>
    <message>
      <source>%L1 records</source>
      <translation>%L1 Datensätze</translation>
    </message>
    <message>
      <source>%L1 records in %2</source>
      <translation>%L1 Datensätze in %2</translation>
    </message>
    <message numerus="yes">
      <source>%n change(s) made off line are on the server now.</source>
      <translation>
        <numerusform>%n offline gemachte Änderung ist jetzt auf dem Server.</numerusform>
        <numerusform>%n offline gemachte Änderungen sind jetzt auf dem Server.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n day(s) before</source>
      <translation>
        <numerusform>%n Tag vorher</numerusform>
        <numerusform>%n Tage vorher</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n hour(s) before</source>
      <translation>
        <numerusform>%n Stunde vorher</numerusform>
        <numerusform>%n Stunden vorher</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s) before</source>
      <translation>
        <numerusform>%n Minute vorher</numerusform>
        <numerusform>%n Minuten vorher</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n new record(s) that you had begun are open again.</source>
      <translation>
        <numerusform>%n begonnener neuer Datensatz ist wieder geöffnet.</numerusform>
        <numerusform>%n begonnene neue Datensätze sind wieder geöffnet.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n new – show</source>
      <translation>
        <numerusform>%n neuer – anzeigen</numerusform>
        <numerusform>%n neue – anzeigen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s)</source>
      <translation>
        <numerusform>%n Datensatz</numerusform>
        <numerusform>%n Datensätze</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) &amp;like it</source>
      <translation>
        <numerusform>%n &amp;ähnlicher Datensatz</numerusform>
        <numerusform>%n &amp;ähnliche Datensätze</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) changed</source>
      <translation>
        <numerusform>%n Datensatz geändert</numerusform>
        <numerusform>%n Datensätze geändert</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) deleted</source>
      <translation>
        <numerusform>%n Datensatz gelöscht</numerusform>
        <numerusform>%n Datensätze gelöscht</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) merged into %1.</source>
      <translation>
        <numerusform>%n Datensatz in %1 zusammengeführt.</numerusform>
        <numerusform>%n Datensätze in %1 zusammengeführt.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n row(s)</source>
      <translation>
        <numerusform>%n Zeile</numerusform>
        <numerusform>%n Zeilen</numerusform>
      </translation>
    </message>
    <message>
      <source>&amp;About Kontor</source>
      <translation>Ü&amp;ber Kontor</translation>
    </message>
    <message>
      <source>&amp;Account</source>
      <translation>&amp;Firma</translation>
    </message>
    <message>
      <source>&amp;All fields</source>
      <translation>&amp;Alle Felder</translation>
    </message>
    <message>
      <source>&amp;All records</source>
      <translation>&amp;Alle Datensätze</translation>
    </message>
    <message>
      <source>&amp;All records (%1)</source>
      <translation>&amp;Alle Datensätze (%1)</translation>
    </message>
    <message>
      <source>&amp;All that the list finds</source>
      <translation>&amp;Alles, was die Liste findet</translation>
    </message>
    <message>
      <source>&amp;All that the list finds (%1)</source>
      <translation>&amp;Alles, was die Liste findet (%1)</translation>
    </message>
    <message>
      <source>&amp;Back</source>
      <translation>&amp;Zurück</translation>
    </message>
    <message>
      <source>&amp;Back to the form</source>
      <translation>&amp;Zurück zum Formular</translation>
    </message>
    <message>
      <source>&amp;CSV, for spreadsheets</source>
      <translation>&amp;CSV, für Tabellenprogramme</translation>
    </message>
    <message>
      <source>&amp;Change</source>
      <translation>Än&amp;dern</translation>
    </message>
    <message>
      <source>&amp;Choose…</source>
      <translation>Aus&amp;wählen…</translation>
    </message>
    <message>
      <source>&amp;Close</source>
      <translation>S&amp;chließen</translation>
    </message>
    <message>
      <source>&amp;Close tab</source>
      <translation>Reiter s&amp;chließen</translation>
    </message>
    <message>
      <source>&amp;Closed lately</source>
      <translation>&amp;Kürzlich geschlossen</translation>
    </message>
    <message>
      <source>&amp;Colours</source>
      <translation>&amp;Farben</translation>
    </message>
    <message>
      <source>&amp;Convert</source>
      <translation>&amp;Umwandeln</translation>
    </message>
    <message>
      <source>&amp;Copy as table</source>
      <translation>Als Tabelle &amp;kopieren</translation>
    </message>
    <message>
      <source>&amp;Create anyway</source>
      <translation>&amp;Trotzdem anlegen</translation>
    </message>
    <message>
      <source>&amp;Day</source>
      <translation>&amp;Tag</translation>
    </message>
    <message>
      <source>&amp;Delete</source>
      <translation>&amp;Löschen</translation>
    </message>
    <message>
      <source>&amp;Discard</source>
      <translation>&amp;Verwerfen</translation>
    </message>
    <message>
      <source>&amp;Earlier</source>
      <translation>&amp;Früher</translation>
    </message>
    <message>
      <source>&amp;Edit cell</source>
      <translation>Zelle &amp;bearbeiten</translation>
    </message>
    <message>
      <source>&amp;Everybody sees it</source>
      <translation>&amp;Alle sehen sie</translation>
    </message>
    <message>
      <source>&amp;Existing records</source>
      <translation>&amp;Vorhandene Datensätze</translation>
    </message>
    <message>
      <source>&amp;Export…</source>
      <translation>&amp;Exportieren…</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <source>&amp;Filter the board</source>
      <translation>Board &amp;filtern</translation>
    </message>
    <message>
      <source>&amp;Filter…</source>
      <translation>&amp;Filter…</translation>
    </message>
    <message>
      <source>&amp;Find anything…</source>
      <translation>&amp;Alles durchsuchen…</translation>
    </message>
    <message>
      <source>&amp;Forward</source>
      <translation>&amp;Vorwärts</translation>
    </message>
    <message>
      <source>&amp;Go</source>
      <translation>&amp;Gehe zu</translation>
    </message>
    <message>
      <source>&amp;Help</source>
      <translation>&amp;Hilfe</translation>
    </message>
    <message>
      <source>&amp;History of the field</source>
      <translation>&amp;Verlauf des Feldes</translation>
    </message>
    <message>
      <source>&amp;Import</source>
      <translation>&amp;Importieren</translation>
    </message>
    <message>
      <source>&amp;Import…</source>
      <translation>&amp;Importieren…</translation>
    </message>
    <message>
      <source>&amp;JSON, a record in each line, for programs</source>
      <translation>&amp;JSON, ein Datensatz je Zeile, für Programme</translation>
    </message>
    <message>
      <source>&amp;Keep me signed in</source>
      <translation>An&amp;gemeldet bleiben</translation>
    </message>
    <message>
      <source>&amp;Keep “%1” on this computer</source>
      <translation>„%1“ auf diesem Rechner &amp;behalten</translation>
    </message>
    <message>
      <source>&amp;Language</source>
      <translation>&amp;Sprache</translation>
    </message>
    <message>
      <source>&amp;Later</source>
      <translation>S&amp;päter</translation>
    </message>
    <message>
      <source>&amp;Leave it where it was</source>
      <translation>Lassen, wo es &amp;war</translation>
    </message>
    <message>
      <source>&amp;Look at it</source>
      <translation>An&amp;sehen</translation>
    </message>
    <message>
      <source>&amp;Merge</source>
      <translation>&amp;Zusammenführen</translation>
    </message>
    <message>
      <source>&amp;Month</source>
      <translation>&amp;Monat</translation>
    </message>
    <message>
      <source>&amp;Months</source>
      <translation>&amp;Monate</translation>
    </message>
    <message>
      <source>&amp;Move</source>
      <translation>&amp;Verschieben</translation>
    </message>
    <message>
      <source>&amp;Name</source>
      <translation>&amp;Name</translation>
    </message>
    <message>
      <source>&amp;Navigation</source>
      <translation>&amp;Navigation</translation>
    </message>
    <message>
      <source>&amp;New</source>
      <translation>&amp;Neu</translation>
    </message>
    <message>
      <source>&amp;New %1</source>
      <translation>&amp;Neu: %1</translation>
    </message>
    <message>
      <source>&amp;New activity</source>
      <translation>&amp;Neue Aktivität</translation>
    </message>
    <message>
      <source>&amp;New opportunity in this stage</source>
      <translation>&amp;Neue Verkaufschance in dieser Phase</translation>
    </message>
    <message>
      <source>&amp;Next</source>
      <translation>&amp;Weiter</translation>
    </message>
    <message>
      <source>&amp;Note</source>
      <translation>&amp;Notiz</translation>
    </message>
    <message>
      <source>&amp;Of</source>
      <translation>&amp;Von</translation>
    </message>
    <message>
      <source>&amp;One-time password</source>
      <translation>E&amp;inmalkennwort</translation>
    </message>
    <message>
      <source>&amp;Open</source>
      <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
      <source>&amp;Open a mended file…</source>
      <translation>Verbesserte Datei ö&amp;ffnen…</translation>
    </message>
    <message>
      <source>&amp;Open opportunity</source>
      <translation>Verkaufschance ö&amp;ffnen</translation>
    </message>
    <message>
      <source>&amp;Other lists</source>
      <translation>&amp;Andere Listen</translation>
    </message>
    <message>
      <source>&amp;Password</source>
      <translation>&amp;Kennwort</translation>
    </message>
    <message>
      <source>&amp;Pipeline</source>
      <translation>&amp;Pipeline</translation>
    </message>
    <message>
      <source>&amp;Preview</source>
      <translation>&amp;Vorschau</translation>
    </message>
    <message>
      <source>&amp;Print…</source>
      <translation>&amp;Drucken…</translation>
    </message>
    <message>
      <source>&amp;Quit</source>
      <translation>&amp;Beenden</translation>
    </message>
    <message>
      <source>&amp;Read again</source>
      <translation>Neu &amp;lesen</translation>
    </message>
    <message>
      <source>&amp;Record</source>
      <translation>Daten&amp;satz</translation>
    </message>
    <message>
      <source>&amp;Refresh</source>
      <translation>&amp;Aktualisieren</translation>
    </message>
    <message>
      <source>&amp;Remove “%1”</source>
      <translation>„%1“ &amp;entfernen</translation>
    </message>
    <message>
      <source>&amp;Save</source>
      <translation>&amp;Speichern</translation>
    </message>
    <message>
      <source>&amp;Save as a file…</source>
      <translation>Als Datei &amp;speichern…</translation>
    </message>
    <message>
      <source>&amp;Save as…</source>
      <translation>&amp;Speichern unter…</translation>
    </message>
    <message>
      <source>&amp;Save the refused rows…</source>
      <translation>Abgelehnte Zeilen &amp;speichern…</translation>
    </message>
    <message>
      <source>&amp;Search in this list</source>
      <translation>In dieser Liste &amp;suchen</translation>
    </message>
    <message>
      <source>&amp;Send again</source>
      <translation>Noch einmal &amp;senden</translation>
    </message>
    <message>
      <source>&amp;Set</source>
      <translation>&amp;Setzen</translation>
    </message>
    <message>
      <source>&amp;Shortcuts</source>
      <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
      <source>&amp;Sign in</source>
      <translation>&amp;Anmelden</translation>
    </message>
    <message numerus="yes">
      <source>&amp;The %n selected</source>
      <translation>
        <numerusform>&amp;Den ausgewählten Datensatz</numerusform>
        <numerusform>&amp;Die %n ausgewählten</numerusform>
      </translation>
    </message>
    <message>
      <source>&amp;Today</source>
      <translation>&amp;Heute</translation>
    </message>
    <message>
      <source>&amp;Undo</source>
      <translation>&amp;Rückgängig</translation>
    </message>
    <message>
      <source>&amp;Undo the whole import</source>
      <translation>Den ganzen Import &amp;rückgängig machen</translation>
    </message>
    <message>
      <source>&amp;User name</source>
      <translation>&amp;Benutzername</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>&amp;Ansicht</translation>
    </message>
    <message>
      <source>&amp;Views</source>
      <translation>&amp;Ansichten</translation>
    </message>
    <message>
      <source>&amp;Week</source>
      <translation>&amp;Woche</translation>
    </message>
    <message>
      <source>&amp;Work off line</source>
      <translation>O&amp;ffline arbeiten</translation>
    </message>
    <message>
      <source>(empty)</source>
      <translation>(leer)</translation>
    </message>
    <message numerus="yes">
      <source>, %n refused</source>
      <translation>
        <numerusform>, %n abgelehnt</numerusform>
        <numerusform>, %n abgelehnt</numerusform>
      </translation>
    </message>
    <message>
      <source>&lt;h3&gt;Kontor&lt;/h3&gt;&lt;p&gt;Free software under the GNU General Public License, version 2 or later.&lt;/p&gt;&lt;p&gt;Server: %1&lt;/p&gt;</source>
      <translation>&lt;h3&gt;Kontor&lt;/h3&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 2 oder neuer.&lt;/p&gt;&lt;p&gt;Server: %1&lt;/p&gt;</translation>
    </message>
    <message>
      <source>A CSV file from a spreadsheet or another program, or a vCard file with contacts. Nothing is written before you have seen a preview.</source>
      <translation>Eine CSV-Datei aus einem Tabellenprogramm oder einem anderen Programm, oder eine vCard-Datei mit Kontakten. Nichts wird geschrieben, bevor Sie eine Vorschau gesehen haben.</translation>
    </message>
    <message>
      <source>A file with the certificate of your company's own authority (PEM), as its administrator has it.</source>
      <translation>Eine Datei mit dem Zertifikat der eigenen Zertifizierungsstelle Ihres Unternehmens (PEM), wie die Verwaltung sie hat.</translation>
    </message>
    <message>
      <source>A merge can be taken back for %1</source>
      <translation>Eine Zusammenführung lässt sich zurücknehmen für %1</translation>
    </message>
    <message>
      <source>A quotation mark is never closed.</source>
      <translation>Ein Anführungszeichen wird nie geschlossen.</translation>
    </message>
    <message>
      <source>A quote must be %1</source>
      <translation>Ein Angebot muss sein: %1</translation>
    </message>
    <message>
      <source>A reference points to a record that does not exist.</source>
      <translation>Ein Verweis zeigt auf einen Datensatz, den es nicht gibt.</translation>
    </message>
    <message>
      <source>A row has more than 1,000 columns.</source>
      <translation>Eine Zeile hat mehr als 1.000 Spalten.</translation>
    </message>
    <message>
      <source>A search has at most %1 bytes.</source>
      <translation>Eine Suche hat höchstens %1 Bytes.</translation>
    </message>
    <message>
      <source>A unique value is taken by another record.</source>
      <translation>Ein eindeutiger Wert ist schon bei einem anderen Datensatz vergeben.</translation>
    </message>
    <message>
      <source>API key</source>
      <comment>contract</comment>
      <translation>API-Schlüssel</translation>
    </message>
    <message>
      <source>API keys</source>
      <comment>contract</comment>
      <translation>API-Schlüssel</translation>
    </message>
    <message>
      <source>About Kontor</source>
      <translation>Über Kontor</translation>
    </message>
    <message>
      <source>About the record</source>
      <translation>Über den Datensatz</translation>
    </message>
    <message>
      <source>Accept URL</source>
      <comment>contract</comment>
      <translation>Annahme-URL</translation>
    </message>
    <message>
      <source>Accept token</source>
      <comment>contract</comment>
      <translation>Annahme-Token</translation>
    </message>
    <message>
      <source>Accepted at</source>
      <comment>contract</comment>
      <translation>Angenommen am</translation>
    </message>
    <message>
      <source>Accepted by name</source>
      <comment>contract</comment>
      <translation>Angenommen von</translation>
    </message>
    <message>
      <source>Accepted from</source>
      <comment>contract</comment>
      <translation>Angenommen aus</translation>
    </message>
    <message>
      <source>Account</source>
      <comment>contract</comment>
      <translation>Firma</translation>
    </message>
    <message>
      <source>Account created</source>
      <comment>contract</comment>
      <translation>Firma angelegt</translation>
    </message>
    <message>
      <source>Account name</source>
      <comment>contract</comment>
      <translation>Name der Firma</translation>
    </message>
    <message>
      <source>Account role</source>
      <comment>contract</comment>
      <translation>Rolle in der Firma</translation>
    </message>
    <message>
      <source>Account roles</source>
      <comment>contract</comment>
      <translation>Rollen in Firmen</translation>
    </message>
    <message>
      <source>Accounts</source>
      <comment>contract</comment>
      <translation>Firmen</translation>
    </message>
    <message>
      <source>Activities</source>
      <comment>contract</comment>
      <translation>Aktivitäten</translation>
    </message>
    <message>
      <source>Activity</source>
      <comment>contract</comment>
      <translation>Aktivität</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Hinzufügen</translation>
    </message>
    <message>
      <source>Add (Alt+Insert)</source>
      <translation>Hinzufügen (Alt+Einfg)</translation>
    </message>
    <message>
      <source>Add a &amp;task</source>
      <translation>&amp;Aufgabe hinzufügen</translation>
    </message>
    <message>
      <source>Add a record that belongs to this one (Insert)</source>
      <translation>Einen Datensatz hinzufügen, der zu diesem gehört (Einfg)</translation>
    </message>
    <message>
      <source>Add a tag</source>
      <translation>Schlagwort hinzufügen</translation>
    </message>
    <message>
      <source>Add files</source>
      <translation>Dateien hinzufügen</translation>
    </message>
    <message>
      <source>Add files …</source>
      <translation>Dateien hinzufügen …</translation>
    </message>
    <message>
      <source>Add to %1</source>
      <translation>Zu %1 hinzufügen</translation>
    </message>
    <message>
      <source>Address</source>
      <comment>contract</comment>
      <translation>Adresse</translation>
    </message>
    <message>
      <source>Address of the server, with an API key in KONTOR_API_KEY.</source>
      <translation>Adresse des Servers, mit einem API-Schlüssel in KONTOR_API_KEY.</translation>
    </message>
    <message>
      <source>After</source>
      <translation>Nachher</translation>
    </message>
    <message>
      <source>Alike in</source>
      <translation>Gleich in</translation>
    </message>
    <message>
      <source>All</source>
      <translation>Alle</translation>
    </message>
    <message>
      <source>All amounts in %1</source>
      <translation>Alle Beträge in %1</translation>
    </message>
    <message>
      <source>All day</source>
      <comment>contract</comment>
      <translation>Ganztägig</translation>
    </message>
    <message>
      <source>All of it can be read when the server is away.</source>
      <translation>Alles darin ist lesbar, auch wenn der Server nicht erreichbar ist.</translation>
    </message>
    <message>
      <source>All of these</source>
      <translation>Alle diese</translation>
    </message>
    <message>
      <source>All records go into the file.</source>
      <translation>Alle Datensätze kommen in die Datei.</translation>
    </message>
    <message>
      <source>All records that the list finds go into the file.</source>
      <translation>Alle Datensätze, die die Liste findet, kommen in die Datei.</translation>
    </message>
    <message>
      <source>Allow digest</source>
      <comment>contract</comment>
      <translation>Digest erlaubt</translation>
    </message>
    <message>
      <source>Allow duplicates</source>
      <comment>contract</comment>
      <translation>Dubletten erlaubt</translation>
    </message>
    <message>
      <source>Allowed origins</source>
      <comment>contract</comment>
      <translation>Erlaubte Herkünfte</translation>
    </message>
    <message>
      <source>Also what was won or lost in the last %1 days</source>
      <translation>Auch was in den letzten %1 Tagen gewonnen oder verloren wurde</translation>
    </message>
    <message>
      <source>Amount</source>
      <comment>contract</comment>
      <translation>Betrag</translation>
    </message>
    <message>
      <source>Amount base</source>
      <comment>contract</comment>
      <translation>Betrag in Basiswährung</translation>
    </message>
    <message>
      <source>Amount source</source>
      <comment>contract</comment>
      <translation>Herkunft des Betrags</translation>
    </message>
    <message>
      <source>An accepted quote is what was agreed: it cannot be deleted.</source>
      <translation>Ein angenommenes Angebot ist vereinbart: es kann nicht gelöscht werden.</translation>
    </message>
    <message>
      <source>An attachment has at most %1 MB.</source>
      <translation>Ein Anhang hat höchstens %1 MB.</translation>
    </message>
    <message>
      <source>An x is yes, nothing is no</source>
      <translation>Ein x heißt ja, nichts heißt nein</translation>
    </message>
    <message>
      <source>Annual revenue</source>
      <comment>contract</comment>
      <translation>Jahresumsatz</translation>
    </message>
    <message>
      <source>Any of these</source>
      <translation>Eine von diesen</translation>
    </message>
    <message>
      <source>Approval note</source>
      <comment>contract</comment>
      <translation>Anmerkung zur Freigabe</translation>
    </message>
    <message>
      <source>Approval reason</source>
      <comment>contract</comment>
      <translation>Grund der Freigabe</translation>
    </message>
    <message>
      <source>Approval required</source>
      <comment>contract</comment>
      <translation>Freigabe nötig</translation>
    </message>
    <message>
      <source>Approved at</source>
      <comment>contract</comment>
      <translation>Freigegeben am</translation>
    </message>
    <message>
      <source>Approved by</source>
      <comment>contract</comment>
      <translation>Freigegeben von</translation>
    </message>
    <message>
      <source>As it stands</source>
      <translation>Wie es dasteht</translation>
    </message>
    <message>
      <source>As the system</source>
      <translation>Wie das System</translation>
    </message>
    <message>
      <source>Asking the server…</source>
      <translation>Der Server wird gefragt…</translation>
    </message>
    <message>
      <source>Asks for the server and the user.</source>
      <translation>Fragt nach dem Server und dem Benutzer.</translation>
    </message>
    <message>
      <source>Assign</source>
      <comment>contract</comment>
      <translation>Zuweisen</translation>
    </message>
    <message>
      <source>Assigned at</source>
      <comment>contract</comment>
      <translation>Zugewiesen am</translation>
    </message>
    <message>
      <source>Assignment rule</source>
      <comment>contract</comment>
      <translation>Zuweisungsregel</translation>
    </message>
    <message>
      <source>Assignment rules</source>
      <comment>contract</comment>
      <translation>Zuweisungsregeln</translation>
    </message>
    <message>
      <source>Assignment trace</source>
      <comment>contract</comment>
      <translation>Weg der Zuweisung</translation>
    </message>
    <message>
      <source>Assistant name</source>
      <comment>contract</comment>
      <translation>Name der Assistenz</translation>
    </message>
    <message>
      <source>Assistant phone</source>
      <comment>contract</comment>
      <translation>Telefon der Assistenz</translation>
    </message>
    <message>
      <source>At</source>
      <comment>contract</comment>
      <translation>Am</translation>
    </message>
    <message>
      <source>At the time</source>
      <translation>Zum Zeitpunkt</translation>
    </message>
    <message>
      <source>Attachment</source>
      <comment>contract</comment>
      <translation>Anhang</translation>
    </message>
    <message>
      <source>Attachments</source>
      <translation>Anhänge</translation>
    </message>
    <message>
      <source>Attachments</source>
      <comment>contract</comment>
      <translation>Anhänge</translation>
    </message>
    <message>
      <source>Attendees</source>
      <comment>contract</comment>
      <translation>Teilnehmer</translation>
    </message>
    <message>
      <source>Attributes</source>
      <comment>contract</comment>
      <translation>Merkmale</translation>
    </message>
    <message>
      <source>Before</source>
      <translation>Vorher</translation>
    </message>
    <message>
      <source>Begins at %1</source>
      <translation>Beginnt um %1</translation>
    </message>
    <message>
      <source>Begins at %1, %2</source>
      <translation>Beginnt um %1, %2</translation>
    </message>
    <message>
      <source>Best case</source>
      <translation>Bester Fall</translation>
    </message>
    <message>
      <source>Billing address</source>
      <comment>contract</comment>
      <translation>Rechnungsadresse</translation>
    </message>
    <message>
      <source>Birth date</source>
      <comment>contract</comment>
      <translation>Geburtsdatum</translation>
    </message>
    <message>
      <source>Blob</source>
      <comment>contract</comment>
      <translation>Blob</translation>
    </message>
    <message>
      <source>Board</source>
      <translation>Board</translation>
    </message>
    <message>
      <source>Board position</source>
      <comment>contract</comment>
      <translation>Platz auf dem Board</translation>
    </message>
    <message>
      <source>Body</source>
      <comment>contract</comment>
      <translation>Text</translation>
    </message>
    <message>
      <source>Bounce count</source>
      <comment>contract</comment>
      <translation>Zahl der Rückläufer</translation>
    </message>
    <message>
      <source>Building</source>
      <comment>contract</comment>
      <translation>Gebäude</translation>
    </message>
    <message>
      <source>By</source>
      <comment>contract</comment>
      <translation>Von</translation>
    </message>
    <message>
      <source>C&amp;hange many…</source>
      <translation>&amp;Viele ändern…</translation>
    </message>
    <message>
      <source>C&amp;olumns…</source>
      <translation>S&amp;palten…</translation>
    </message>
    <message>
      <source>CSV (*.csv)</source>
      <translation>CSV (*.csv)</translation>
    </message>
    <message>
      <source>CSV (*.csv);;All files (*)</source>
      <translation>CSV (*.csv);;Alle Dateien (*)</translation>
    </message>
    <message>
      <source>CSV and vCards (*.csv *.tsv *.txt *.vcf *.vcard);;All files (*)</source>
      <translation>CSV und vCards (*.csv *.tsv *.txt *.vcf *.vcard);;Alle Dateien (*)</translation>
    </message>
    <message>
      <source>CSV in %1, %2</source>
      <translation>CSV in %1, %2</translation>
    </message>
    <message>
      <source>Calendar</source>
      <translation>Kalender</translation>
    </message>
    <message>
      <source>Call</source>
      <translation>Anruf</translation>
    </message>
    <message>
      <source>Campaign</source>
      <comment>contract</comment>
      <translation>Kampagne</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Cancelled.</source>
      <translation>Abgebrochen.</translation>
    </message>
    <message>
      <source>Cancelled. </source>
      <translation>Abgebrochen. </translation>
    </message>
    <message>
      <source>Cancelled: %1</source>
      <translation>Abgebrochen: %1</translation>
    </message>
    <message>
      <source>Cancelling…</source>
      <translation>Wird abgebrochen…</translation>
    </message>
    <message>
      <source>Capacity</source>
      <comment>contract</comment>
      <translation>Kapazität</translation>
    </message>
    <message>
      <source>Capture form</source>
      <comment>contract</comment>
      <translation>Webformular</translation>
    </message>
    <message>
      <source>Capture forms</source>
      <comment>contract</comment>
      <translation>Webformulare</translation>
    </message>
    <message>
      <source>Category</source>
      <comment>contract</comment>
      <translation>Kategorie</translation>
    </message>
    <message>
      <source>Certificate authority</source>
      <translation>Zertifizierungsstelle</translation>
    </message>
    <message>
      <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
      <translation>Zertifikate (*.pem *.crt *.cer);;Alle Dateien (*)</translation>
    </message>
    <message>
      <source>Change %1</source>
      <translation>%1 ändern</translation>
    </message>
    <message>
      <source>Changed</source>
      <translation>Geändert</translation>
    </message>
    <message>
      <source>Changed by two people</source>
      <translation>Von zwei Personen geändert</translation>
    </message>
    <message>
      <source>Changes that wait</source>
      <translation>Wartende Änderungen</translation>
    </message>
    <message>
      <source>Changes that wait for the server</source>
      <translation>Änderungen, die auf den Server warten</translation>
    </message>
    <message>
      <source>Changing</source>
      <translation>Wird geändert</translation>
    </message>
    <message>
      <source>Choices</source>
      <comment>contract</comment>
      <translation>Auswahl</translation>
    </message>
    <message>
      <source>Choose a field…</source>
      <translation>Feld auswählen…</translation>
    </message>
    <message>
      <source>Choose a file</source>
      <translation>Datei auswählen</translation>
    </message>
    <message>
      <source>City</source>
      <comment>contract</comment>
      <translation>Ort</translation>
    </message>
    <message>
      <source>Client ID</source>
      <comment>contract</comment>
      <translation>Client-ID</translation>
    </message>
    <message>
      <source>Client address</source>
      <comment>contract</comment>
      <translation>Adresse des Clients</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Close date</source>
      <comment>contract</comment>
      <translation>Abschlussdatum</translation>
    </message>
    <message>
      <source>Close tab</source>
      <translation>Reiter schließen</translation>
    </message>
    <message>
      <source>Closed</source>
      <translation>Geschlossen</translation>
    </message>
    <message>
      <source>Closed at</source>
      <comment>contract</comment>
      <translation>Geschlossen am</translation>
    </message>
    <message>
      <source>Closed.</source>
      <translation>Geschlossen.</translation>
    </message>
    <message>
      <source>Closed. What you typed is kept.</source>
      <translation>Geschlossen. Was Sie eingegeben haben, ist aufgehoben.</translation>
    </message>
    <message>
      <source>Closes on %1</source>
      <translation>Abschluss am %1</translation>
    </message>
    <message>
      <source>Co&amp;ntact</source>
      <translation>Ko&amp;ntakt</translation>
    </message>
    <message>
      <source>Co&amp;unt exactly</source>
      <translation>&amp;Genau zählen</translation>
    </message>
    <message>
      <source>Code</source>
      <comment>contract</comment>
      <translation>Code</translation>
    </message>
    <message>
      <source>Colour</source>
      <comment>contract</comment>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>Column of the file</source>
      <translation>Spalte der Datei</translation>
    </message>
    <message>
      <source>Columns</source>
      <translation>Spalten</translation>
    </message>
    <message>
      <source>Columns</source>
      <comment>contract</comment>
      <translation>Spalten</translation>
    </message>
    <message>
      <source>Command palette</source>
      <translation>Befehlspalette</translation>
    </message>
    <message>
      <source>Commit</source>
      <translation>Zugesagt</translation>
    </message>
    <message>
      <source>Company domain</source>
      <comment>contract</comment>
      <translation>Domain der Firma</translation>
    </message>
    <message>
      <source>Company name</source>
      <comment>contract</comment>
      <translation>Name der Firma</translation>
    </message>
    <message>
      <source>Comparison</source>
      <translation>Vergleich</translation>
    </message>
    <message>
      <source>Competitor</source>
      <comment>contract</comment>
      <translation>Wettbewerber</translation>
    </message>
    <message>
      <source>Competitors</source>
      <comment>contract</comment>
      <translation>Wettbewerber</translation>
    </message>
    <message>
      <source>Completed at</source>
      <comment>contract</comment>
      <translation>Erledigt am</translation>
    </message>
    <message>
      <source>Con&amp;vert …</source>
      <translation>&amp;Umwandeln …</translation>
    </message>
    <message>
      <source>Condition</source>
      <translation>Bedingung</translation>
    </message>
    <message>
      <source>Condition in the filter language</source>
      <translation>Bedingung in der Filtersprache</translation>
    </message>
    <message>
      <source>Condition in the filter language, such as account.name : "acme*"</source>
      <translation>Bedingung in der Filtersprache, etwa account.name : "acme*"</translation>
    </message>
    <message>
      <source>Conditions of the filter</source>
      <translation>Bedingungen des Filters</translation>
    </message>
    <message>
      <source>Confirmation hours</source>
      <comment>contract</comment>
      <translation>Stunden zur Bestätigung</translation>
    </message>
    <message>
      <source>Confirmed at</source>
      <comment>contract</comment>
      <translation>Bestätigt am</translation>
    </message>
    <message>
      <source>Connected</source>
      <translation>Verbunden</translation>
    </message>
    <message>
      <source>Consent at</source>
      <comment>contract</comment>
      <translation>Einwilligung am</translation>
    </message>
    <message>
      <source>Consent given</source>
      <comment>contract</comment>
      <translation>Einwilligung gegeben</translation>
    </message>
    <message>
      <source>Consent required</source>
      <comment>contract</comment>
      <translation>Einwilligung nötig</translation>
    </message>
    <message>
      <source>Consent text</source>
      <comment>contract</comment>
      <translation>Text der Einwilligung</translation>
    </message>
    <message>
      <source>Contact</source>
      <comment>contract</comment>
      <translation>Kontakt</translation>
    </message>
    <message>
      <source>Contact created</source>
      <comment>contract</comment>
      <translation>Kontakt angelegt</translation>
    </message>
    <message>
      <source>Contacts</source>
      <comment>contract</comment>
      <translation>Kontakte</translation>
    </message>
    <message>
      <source>Content type</source>
      <comment>contract</comment>
      <translation>Inhaltstyp</translation>
    </message>
    <message>
      <source>Conversion</source>
      <comment>contract</comment>
      <translation>Umwandlung</translation>
    </message>
    <message>
      <source>Conversion field</source>
      <comment>contract</comment>
      <translation>Umwandlungsfeld</translation>
    </message>
    <message>
      <source>Conversion fields</source>
      <comment>contract</comment>
      <translation>Umwandlungsfelder</translation>
    </message>
    <message>
      <source>Conversions</source>
      <comment>contract</comment>
      <translation>Umwandlungen</translation>
    </message>
    <message>
      <source>Convert %1</source>
      <translation>%1 umwandeln</translation>
    </message>
    <message>
      <source>Convert the lead</source>
      <translation>Den Lead umwandeln</translation>
    </message>
    <message>
      <source>Converted account</source>
      <comment>contract</comment>
      <translation>Umgewandelt in Firma</translation>
    </message>
    <message>
      <source>Converted at</source>
      <comment>contract</comment>
      <translation>Umgewandelt am</translation>
    </message>
    <message>
      <source>Converted by</source>
      <comment>contract</comment>
      <translation>Umgewandelt von</translation>
    </message>
    <message>
      <source>Converted contact</source>
      <comment>contract</comment>
      <translation>Umgewandelt in Kontakt</translation>
    </message>
    <message>
      <source>Converted opportunity</source>
      <comment>contract</comment>
      <translation>Umgewandelt in Verkaufschance</translation>
    </message>
    <message>
      <source>Cost</source>
      <comment>contract</comment>
      <translation>Kosten</translation>
    </message>
    <message>
      <source>Count</source>
      <comment>contract</comment>
      <translation>Anzahl</translation>
    </message>
    <message>
      <source>Country</source>
      <comment>contract</comment>
      <translation>Land</translation>
    </message>
    <message>
      <source>Create</source>
      <comment>contract</comment>
      <translation>Anlegen</translation>
    </message>
    <message>
      <source>Create all as new records</source>
      <translation>Alle als neue Datensätze anlegen</translation>
    </message>
    <message>
      <source>Created at</source>
      <comment>contract</comment>
      <translation>Angelegt am</translation>
    </message>
    <message>
      <source>Created by</source>
      <comment>contract</comment>
      <translation>Angelegt von</translation>
    </message>
    <message>
      <source>Credit hold</source>
      <comment>contract</comment>
      <translation>Kreditsperre</translation>
    </message>
    <message>
      <source>Currencies</source>
      <comment>contract</comment>
      <translation>Währungen</translation>
    </message>
    <message>
      <source>Currency</source>
      <comment>contract</comment>
      <translation>Währung</translation>
    </message>
    <message>
      <source>Currency rate</source>
      <comment>contract</comment>
      <translation>Wechselkurs</translation>
    </message>
    <message>
      <source>Currency rates</source>
      <comment>contract</comment>
      <translation>Wechselkurse</translation>
    </message>
    <message>
      <source>Cursor is not valid</source>
      <translation>Die Fortsetzung ist nicht gültig</translation>
    </message>
    <message>
      <source>Custom field</source>
      <comment>contract</comment>
      <translation>Eigenes Feld</translation>
    </message>
    <message>
      <source>Custom fields</source>
      <comment>contract</comment>
      <translation>Eigene Felder</translation>
    </message>
    <message>
      <source>D&amp;elete many…</source>
      <translation>Viele &amp;löschen…</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>Date</source>
      <comment>contract</comment>
      <translation>Datum</translation>
    </message>
    <message>
      <source>Day %1</source>
      <translation>Tag %1</translation>
    </message>
    <message>
      <source>Day %1 – too long</source>
      <translation>Tag %1 – zu lange</translation>
    </message>
    <message>
      <source>Day, month, year (31.12.2025)</source>
      <translation>Tag, Monat, Jahr (31.12.2025)</translation>
    </message>
    <message>
      <source>Decimal comma (1.234,56)</source>
      <translation>Dezimalkomma (1.234,56)</translation>
    </message>
    <message>
      <source>Decimal point (1,234.56)</source>
      <translation>Dezimalpunkt (1,234.56)</translation>
    </message>
    <message>
      <source>Decimals</source>
      <comment>contract</comment>
      <translation>Nachkommastellen</translation>
    </message>
    <message>
      <source>Default team</source>
      <comment>contract</comment>
      <translation>Standardteam</translation>
    </message>
    <message>
      <source>Delegate</source>
      <comment>contract</comment>
      <translation>Vertretung</translation>
    </message>
    <message>
      <source>Delete %1</source>
      <translation>%1 löschen</translation>
    </message>
    <message>
      <source>Deleted</source>
      <translation>Gelöscht</translation>
    </message>
    <message>
      <source>Deleted at</source>
      <comment>contract</comment>
      <translation>Gelöscht am</translation>
    </message>
    <message>
      <source>Deleting</source>
      <translation>Wird gelöscht</translation>
    </message>
    <message>
      <source>Department</source>
      <comment>contract</comment>
      <translation>Abteilung</translation>
    </message>
    <message>
      <source>Description</source>
      <comment>contract</comment>
      <translation>Beschreibung</translation>
    </message>
    <message>
      <source>Detail</source>
      <comment>contract</comment>
      <translation>Einzelheit</translation>
    </message>
    <message>
      <source>Direction</source>
      <comment>contract</comment>
      <translation>Richtung</translation>
    </message>
    <message>
      <source>Discount amount</source>
      <comment>contract</comment>
      <translation>Rabattbetrag</translation>
    </message>
    <message>
      <source>Discount percent</source>
      <comment>contract</comment>
      <translation>Rabatt in Prozent</translation>
    </message>
    <message>
      <source>Discount total</source>
      <comment>contract</comment>
      <translation>Rabatt gesamt</translation>
    </message>
    <message>
      <source>Display name</source>
      <comment>contract</comment>
      <translation>Anzeigename</translation>
    </message>
    <message>
      <source>Disqualify reason</source>
      <comment>contract</comment>
      <translation>Grund der Ablehnung</translation>
    </message>
    <message>
      <source>Do not call</source>
      <comment>contract</comment>
      <translation>Nicht anrufen</translation>
    </message>
    <message>
      <source>Do not mail</source>
      <comment>contract</comment>
      <translation>Nicht anschreiben</translation>
    </message>
    <message>
      <source>Domain</source>
      <comment>contract</comment>
      <translation>Domain</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Done: %1</source>
      <translation>Erledigt: %1</translation>
    </message>
    <message>
      <source>Double opt in</source>
      <comment>contract</comment>
      <translation>Double-Opt-in</translation>
    </message>
    <message>
      <source>Due</source>
      <translation>Fällig</translation>
    </message>
    <message>
      <source>Due at</source>
      <comment>contract</comment>
      <translation>Fällig am</translation>
    </message>
    <message>
      <source>Due at %1</source>
      <translation>Fällig um %1</translation>
    </message>
    <message>
      <source>Due on %1</source>
      <translation>Fällig am %1</translation>
    </message>
    <message>
      <source>Duplicate of</source>
      <comment>contract</comment>
      <translation>Dublette von</translation>
    </message>
    <message>
      <source>Duration seconds</source>
      <comment>contract</comment>
      <translation>Dauer in Sekunden</translation>
    </message>
    <message>
      <source>E&amp;xport…</source>
      <translation>E&amp;xportieren…</translation>
    </message>
    <message>
      <source>E-mail (primary)</source>
      <translation>E-Mail (bevorzugt)</translation>
    </message>
    <message>
      <source>E-mail address</source>
      <comment>contract</comment>
      <translation>E-Mail-Adresse</translation>
    </message>
    <message>
      <source>E-mail addresses</source>
      <comment>contract</comment>
      <translation>E-Mail-Adressen</translation>
    </message>
    <message>
      <source>Each amount by its probability</source>
      <translation>Jeder Betrag mit seiner Wahrscheinlichkeit</translation>
    </message>
    <message>
      <source>Each record is checked as if it was changed by hand. What is done can be taken back afterwards. A field that is left empty is emptied.</source>
      <translation>Jeder Datensatz wird geprüft, als wäre er von Hand geändert. Was getan ist, kann danach rückgängig gemacht werden. Ein leer gelassenes Feld wird geleert.</translation>
    </message>
    <message>
      <source>Email</source>
      <comment>contract</comment>
      <translation>E-Mail</translation>
    </message>
    <message>
      <source>Email addresses</source>
      <comment>contract</comment>
      <translation>E-Mail-Adressen</translation>
    </message>
    <message>
      <source>Email state</source>
      <comment>contract</comment>
      <translation>Stand der E-Mail</translation>
    </message>
    <message>
      <source>Employee count</source>
      <comment>contract</comment>
      <translation>Zahl der Beschäftigten</translation>
    </message>
    <message>
      <source>End at</source>
      <comment>contract</comment>
      <translation>Ende</translation>
    </message>
    <message>
      <source>End date</source>
      <comment>contract</comment>
      <translation>Enddatum</translation>
    </message>
    <message>
      <source>Entity</source>
      <comment>contract</comment>
      <translation>Art</translation>
    </message>
    <message>
      <source>Entity rights</source>
      <comment>contract</comment>
      <translation>Rechte an Arten</translation>
    </message>
    <message>
      <source>Estimated amount</source>
      <comment>contract</comment>
      <translation>Geschätzter Betrag</translation>
    </message>
    <message>
      <source>Estimated amount base</source>
      <comment>contract</comment>
      <translation>Geschätzter Betrag in Basiswährung</translation>
    </message>
    <message>
      <source>Event kind</source>
      <comment>contract</comment>
      <translation>Art des Ereignisses</translation>
    </message>
    <message>
      <source>Everybody</source>
      <translation>Alle</translation>
    </message>
    <message>
      <source>Everything is on the server.</source>
      <translation>Alles ist auf dem Server.</translation>
    </message>
    <message>
      <source>Example</source>
      <translation>Beispiel</translation>
    </message>
    <message>
      <source>Expires at</source>
      <comment>contract</comment>
      <translation>Läuft ab am</translation>
    </message>
    <message>
      <source>Export %1</source>
      <translation>%1 exportieren</translation>
    </message>
    <message>
      <source>Export to</source>
      <translation>Exportieren nach</translation>
    </message>
    <message>
      <source>Exporting</source>
      <translation>Wird exportiert</translation>
    </message>
    <message>
      <source>External IDs</source>
      <comment>contract</comment>
      <translation>Externe IDs</translation>
    </message>
    <message>
      <source>External id</source>
      <translation>Externe ID</translation>
    </message>
    <message>
      <source>External ids &amp;of</source>
      <translation>Externe IDs &amp;von</translation>
    </message>
    <message>
      <source>Field</source>
      <translation>Feld</translation>
    </message>
    <message>
      <source>Field</source>
      <comment>contract</comment>
      <translation>Feld</translation>
    </message>
    <message>
      <source>Field for the column %1</source>
      <translation>Feld für die Spalte %1</translation>
    </message>
    <message>
      <source>Field rights</source>
      <comment>contract</comment>
      <translation>Rechte an Feldern</translation>
    </message>
    <message>
      <source>Field to change</source>
      <translation>Zu änderndes Feld</translation>
    </message>
    <message>
      <source>Fields</source>
      <translation>Felder</translation>
    </message>
    <message>
      <source>Fields</source>
      <comment>contract</comment>
      <translation>Felder</translation>
    </message>
    <message>
      <source>Fields to null</source>
      <comment>contract</comment>
      <translation>Zu leerende Felder</translation>
    </message>
    <message>
      <source>File name</source>
      <comment>contract</comment>
      <translation>Dateiname</translation>
    </message>
    <message>
      <source>File to import</source>
      <translation>Zu importierende Datei</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>Dateien</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>Filter</translation>
    </message>
    <message>
      <source>Filter</source>
      <comment>contract</comment>
      <translation>Filter</translation>
    </message>
    <message>
      <source>Filter (%1)</source>
      <translation>Filter (%1)</translation>
    </message>
    <message>
      <source>Filter, such as createdAt &gt;= now-7d</source>
      <translation>Filter, etwa createdAt &gt;= now-7d</translation>
    </message>
    <message>
      <source>Find a record, a screen or an action</source>
      <translation>Einen Datensatz, eine Seite oder einen Befehl finden</translation>
    </message>
    <message>
      <source>Find anything   %1</source>
      <translation>Alles durchsuchen   %1</translation>
    </message>
    <message>
      <source>Finished at</source>
      <comment>contract</comment>
      <translation>Beendet am</translation>
    </message>
    <message>
      <source>First name</source>
      <comment>contract</comment>
      <translation>Vorname</translation>
    </message>
    <message>
      <source>First request with this key is still running</source>
      <translation>Die erste Anfrage läuft noch</translation>
    </message>
    <message>
      <source>First response at</source>
      <comment>contract</comment>
      <translation>Erste Antwort am</translation>
    </message>
    <message>
      <source>Folded</source>
      <comment>contract</comment>
      <translation>Eingeklappt</translation>
    </message>
    <message>
      <source>Forecast</source>
      <translation>Prognose</translation>
    </message>
    <message>
      <source>Forecast category</source>
      <comment>contract</comment>
      <translation>Prognosekategorie</translation>
    </message>
    <message>
      <source>Forecast submission</source>
      <comment>contract</comment>
      <translation>Prognosemeldung</translation>
    </message>
    <message>
      <source>Forecast submissions</source>
      <comment>contract</comment>
      <translation>Prognosemeldungen</translation>
    </message>
    <message>
      <source>Forget this server: its token in the keychain and all that this computer keeps of it</source>
      <translation>Diesen Server vergessen: sein Token im Schlüsselbund und alles, was dieser Rechner davon aufbewahrt</translation>
    </message>
    <message>
      <source>Form</source>
      <translation>Formular</translation>
    </message>
    <message>
      <source>From category</source>
      <comment>contract</comment>
      <translation>Aus Kategorie</translation>
    </message>
    <message>
      <source>From stage</source>
      <comment>contract</comment>
      <translation>Aus Phase</translation>
    </message>
    <message>
      <source>Gender</source>
      <comment>contract</comment>
      <translation>Geschlecht</translation>
    </message>
    <message>
      <source>Go on in your browser. This window closes when you are signed in.</source>
      <translation>Machen Sie im Browser weiter. Dieses Fenster schließt sich, wenn Sie angemeldet sind.</translation>
    </message>
    <message>
      <source>Grade</source>
      <comment>contract</comment>
      <translation>Note</translation>
    </message>
    <message>
      <source>Grant types</source>
      <comment>contract</comment>
      <translation>Grant-Arten</translation>
    </message>
    <message>
      <source>Group</source>
      <translation>Gruppe</translation>
    </message>
    <message>
      <source>Group</source>
      <comment>contract</comment>
      <translation>Gruppe</translation>
    </message>
    <message>
      <source>Groups</source>
      <comment>contract</comment>
      <translation>Gruppen</translation>
    </message>
    <message>
      <source>Guidance</source>
      <comment>contract</comment>
      <translation>Leitfaden</translation>
    </message>
    <message>
      <source>Half life days</source>
      <comment>contract</comment>
      <translation>Halbwertszeit in Tagen</translation>
    </message>
    <message>
      <source>History of %1</source>
      <translation>Verlauf von %1</translation>
    </message>
    <message>
      <source>How long before it you want to be reminded</source>
      <translation>Wie lange vorher Sie erinnert werden möchten</translation>
    </message>
    <message>
      <source>How many of the conditions must hold</source>
      <translation>Wie viele der Bedingungen gelten müssen</translation>
    </message>
    <message>
      <source>How the column %1 is written</source>
      <translation>Wie die Spalte %1 geschrieben ist</translation>
    </message>
    <message>
      <source>ID</source>
      <comment>contract</comment>
      <translation>ID</translation>
    </message>
    <message>
      <source>Id in Kontor</source>
      <translation>ID in Kontor</translation>
    </message>
    <message>
      <source>Image URL</source>
      <comment>contract</comment>
      <translation>Bild-URL</translation>
    </message>
    <message>
      <source>Import</source>
      <translation>Import</translation>
    </message>
    <message>
      <source>Importing</source>
      <translation>Wird importiert</translation>
    </message>
    <message numerus="yes">
      <source>In %n minute(s)</source>
      <translation>
        <numerusform>In %n Minute</numerusform>
        <numerusform>In %n Minuten</numerusform>
      </translation>
    </message>
    <message>
      <source>In the &amp;browser…</source>
      <translation>Im Bro&amp;wser…</translation>
    </message>
    <message>
      <source>In this stage since %1</source>
      <translation>In dieser Phase seit %1</translation>
    </message>
    <message>
      <source>In this stage since %1, longer than it should be</source>
      <translation>In dieser Phase seit %1, länger als vorgesehen</translation>
    </message>
    <message>
      <source>Industry</source>
      <comment>contract</comment>
      <translation>Branche</translation>
    </message>
    <message>
      <source>Influence</source>
      <comment>contract</comment>
      <translation>Einfluss</translation>
    </message>
    <message>
      <source>Internal error</source>
      <translation>Fehler des Servers</translation>
    </message>
    <message>
      <source>Introduction</source>
      <comment>contract</comment>
      <translation>Einleitung</translation>
    </message>
    <message>
      <source>Invalid</source>
      <comment>contract</comment>
      <translation>Ungültig</translation>
    </message>
    <message>
      <source>Is active</source>
      <comment>contract</comment>
      <translation>Aktiv</translation>
    </message>
    <message>
      <source>Is administrator</source>
      <comment>contract</comment>
      <translation>Verwalter</translation>
    </message>
    <message>
      <source>Is base</source>
      <comment>contract</comment>
      <translation>Basiswährung</translation>
    </message>
    <message>
      <source>Is baseline</source>
      <comment>contract</comment>
      <translation>Ausgangswert</translation>
    </message>
    <message>
      <source>Is default</source>
      <comment>contract</comment>
      <translation>Standard</translation>
    </message>
    <message>
      <source>Is it there already?</source>
      <translation>Ist er schon da?</translation>
    </message>
    <message>
      <source>Is optional</source>
      <comment>contract</comment>
      <translation>Optional</translation>
    </message>
    <message>
      <source>Is primary</source>
      <comment>contract</comment>
      <translation>Bevorzugt</translation>
    </message>
    <message>
      <source>Is private</source>
      <comment>contract</comment>
      <translation>Privat</translation>
    </message>
    <message>
      <source>Is public</source>
      <comment>contract</comment>
      <translation>Öffentlich</translation>
    </message>
    <message>
      <source>Is required</source>
      <comment>contract</comment>
      <translation>Pflichtfeld</translation>
    </message>
    <message>
      <source>Is shared</source>
      <comment>contract</comment>
      <translation>Geteilt</translation>
    </message>
    <message>
      <source>Is stocked</source>
      <comment>contract</comment>
      <translation>Lagerware</translation>
    </message>
    <message>
      <source>Is unique</source>
      <comment>contract</comment>
      <translation>Eindeutig</translation>
    </message>
    <message>
      <source>It is made out to %1, by %2, from %3 to %4.</source>
      <translation>Es ist ausgestellt auf %1, von %2, gültig von %3 bis %4.</translation>
    </message>
    <message>
      <source>Job title</source>
      <comment>contract</comment>
      <translation>Position</translation>
    </message>
    <message>
      <source>Join URL</source>
      <comment>contract</comment>
      <translation>Beitritts-URL</translation>
    </message>
    <message>
      <source>Key</source>
      <comment>contract</comment>
      <translation>Schlüssel</translation>
    </message>
    <message>
      <source>Kind</source>
      <comment>contract</comment>
      <translation>Art</translation>
    </message>
    <message>
      <source>Label</source>
      <comment>contract</comment>
      <translation>Beschriftung</translation>
    </message>
    <message>
      <source>Labels or values</source>
      <translation>Bezeichnungen oder Werte</translation>
    </message>
    <message>
      <source>Language</source>
      <comment>contract</comment>
      <translation>Sprache</translation>
    </message>
    <message>
      <source>Last access at</source>
      <comment>contract</comment>
      <translation>Letzter Zugriff am</translation>
    </message>
    <message>
      <source>Last bounce at</source>
      <comment>contract</comment>
      <translation>Letzter Rückläufer am</translation>
    </message>
    <message>
      <source>Last name</source>
      <comment>contract</comment>
      <translation>Nachname</translation>
    </message>
    <message>
      <source>Last open stage</source>
      <comment>contract</comment>
      <translation>Letzte offene Phase</translation>
    </message>
    <message>
      <source>Last used at</source>
      <comment>contract</comment>
      <translation>Zuletzt benutzt am</translation>
    </message>
    <message>
      <source>Lead</source>
      <comment>contract</comment>
      <translation>Lead</translation>
    </message>
    <message>
      <source>Lead event</source>
      <comment>contract</comment>
      <translation>Lead-Ereignis</translation>
    </message>
    <message>
      <source>Lead events</source>
      <comment>contract</comment>
      <translation>Lead-Ereignisse</translation>
    </message>
    <message>
      <source>Lead field</source>
      <comment>contract</comment>
      <translation>Feld des Leads</translation>
    </message>
    <message>
      <source>Lead queue</source>
      <comment>contract</comment>
      <translation>Lead-Warteschlange</translation>
    </message>
    <message>
      <source>Lead queues</source>
      <comment>contract</comment>
      <translation>Lead-Warteschlangen</translation>
    </message>
    <message>
      <source>Lead status</source>
      <comment>contract</comment>
      <translation>Lead-Status</translation>
    </message>
    <message>
      <source>Lead statuses</source>
      <comment>contract</comment>
      <translation>Lead-Status</translation>
    </message>
    <message>
      <source>Leads</source>
      <comment>contract</comment>
      <translation>Leads</translation>
    </message>
    <message>
      <source>Leave a line empty to make a new record, or type the name of one that is there: only its empty fields are filled.</source>
      <translation>Eine leere Zeile legt einen neuen Datensatz an. Oder geben Sie den Namen eines vorhandenen ein: dann werden nur dessen leere Felder gefüllt.</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>Auslassen</translation>
    </message>
    <message>
      <source>Left as they were</source>
      <translation>Unverändert gelassen</translation>
    </message>
    <message>
      <source>Legal name</source>
      <comment>contract</comment>
      <translation>Rechtlicher Name</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Likeness</source>
      <translation>Ähnlichkeit</translation>
    </message>
    <message>
      <source>Line</source>
      <translation>Zeile</translation>
    </message>
    <message>
      <source>Lines</source>
      <comment>contract</comment>
      <translation>Positionen</translation>
    </message>
    <message>
      <source>Linked in</source>
      <comment>contract</comment>
      <translation>LinkedIn</translation>
    </message>
    <message>
      <source>List price</source>
      <comment>contract</comment>
      <translation>Listenpreis</translation>
    </message>
    <message>
      <source>Lists and records can be printed.</source>
      <translation>Listen und Datensätze können gedruckt werden.</translation>
    </message>
    <message>
      <source>Live</source>
      <translation>Live</translation>
    </message>
    <message>
      <source>Loading</source>
      <translation>Wird geladen</translation>
    </message>
    <message>
      <source>Locale</source>
      <comment>contract</comment>
      <translation>Gebietsschema</translation>
    </message>
    <message>
      <source>Location</source>
      <comment>contract</comment>
      <translation>Ort</translation>
    </message>
    <message>
      <source>Log a &amp;call</source>
      <translation>&amp;Anruf festhalten</translation>
    </message>
    <message>
      <source>Logged: %1</source>
      <translation>Festgehalten: %1</translation>
    </message>
    <message>
      <source>Lost note</source>
      <comment>contract</comment>
      <translation>Anmerkung zum Verlust</translation>
    </message>
    <message>
      <source>Lost reason</source>
      <comment>contract</comment>
      <translation>Verlustgrund</translation>
    </message>
    <message>
      <source>Lost reasons</source>
      <comment>contract</comment>
      <translation>Verlustgründe</translation>
    </message>
    <message>
      <source>Main</source>
      <translation>Hauptleiste</translation>
    </message>
    <message>
      <source>Make an &amp;opportunity</source>
      <translation>&amp;Verkaufschance anlegen</translation>
    </message>
    <message>
      <source>Manager</source>
      <comment>contract</comment>
      <translation>Leitung</translation>
    </message>
    <message>
      <source>Max length</source>
      <comment>contract</comment>
      <translation>Höchstlänge</translation>
    </message>
    <message>
      <source>Maximum per day</source>
      <comment>contract</comment>
      <translation>Höchstens pro Tag</translation>
    </message>
    <message>
      <source>Maximum points</source>
      <comment>contract</comment>
      <translation>Höchstpunktzahl</translation>
    </message>
    <message>
      <source>Media type is not supported</source>
      <translation>Diese Art von Datei wird nicht angenommen</translation>
    </message>
    <message>
      <source>Meeting</source>
      <translation>Termin</translation>
    </message>
    <message>
      <source>Members</source>
      <comment>contract</comment>
      <translation>Mitglieder</translation>
    </message>
    <message>
      <source>Mended file</source>
      <translation>Verbesserte Datei</translation>
    </message>
    <message>
      <source>Mer&amp;ge …</source>
      <translation>&amp;Zusammenführen …</translation>
    </message>
    <message>
      <source>Merge into %1</source>
      <translation>In %1 zusammenführen</translation>
    </message>
    <message>
      <source>Merge records</source>
      <translation>Datensätze zusammenführen</translation>
    </message>
    <message>
      <source>Merged into</source>
      <comment>contract</comment>
      <translation>Zusammengeführt in</translation>
    </message>
    <message>
      <source>Message</source>
      <comment>contract</comment>
      <translation>Meldung</translation>
    </message>
    <message>
      <source>Middle name</source>
      <comment>contract</comment>
      <translation>Zweiter Vorname</translation>
    </message>
    <message>
      <source>Mine</source>
      <translation>Meine</translation>
    </message>
    <message>
      <source>Minimum quantity</source>
      <comment>contract</comment>
      <translation>Mindestmenge</translation>
    </message>
    <message>
      <source>Mobile</source>
      <comment>contract</comment>
      <translation>Mobil</translation>
    </message>
    <message>
      <source>Mode</source>
      <comment>contract</comment>
      <translation>Modus</translation>
    </message>
    <message>
      <source>Month</source>
      <translation>Monat</translation>
    </message>
    <message>
      <source>Month, day, year (12/31/2025)</source>
      <translation>Monat, Tag, Jahr (12/31/2025)</translation>
    </message>
    <message>
      <source>Monthly recurring</source>
      <comment>contract</comment>
      <translation>Monatlich wiederkehrend</translation>
    </message>
    <message>
      <source>More actions</source>
      <translation>Weitere Befehle</translation>
    </message>
    <message>
      <source>More of it</source>
      <translation>Mehr davon</translation>
    </message>
    <message>
      <source>Move &amp;down</source>
      <translation>Nach &amp;unten</translation>
    </message>
    <message>
      <source>Move &amp;up</source>
      <translation>Nach &amp;oben</translation>
    </message>
    <message>
      <source>Move to %1</source>
      <translation>Nach %1 verschieben</translation>
    </message>
    <message>
      <source>Move to the &amp;next stage</source>
      <translation>In die &amp;nächste Phase verschieben</translation>
    </message>
    <message>
      <source>Move to the &amp;stage before</source>
      <translation>In die &amp;vorige Phase verschieben</translation>
    </message>
    <message>
      <source>Moved</source>
      <translation>Verschoben</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Name</source>
      <comment>contract</comment>
      <translation>Name</translation>
    </message>
    <message>
      <source>Name or account, or a filter such as amount &gt; 10000</source>
      <translation>Name oder Firma, oder ein Filter wie amount &gt; 10000</translation>
    </message>
    <message>
      <source>Navigation</source>
      <translation>Navigation</translation>
    </message>
    <message>
      <source>Net</source>
      <comment>contract</comment>
      <translation>Netto</translation>
    </message>
    <message>
      <source>New</source>
      <translation>Neu</translation>
    </message>
    <message>
      <source>New meeting</source>
      <translation>Neuer Termin</translation>
    </message>
    <message>
      <source>New: %1</source>
      <translation>Neu: %1</translation>
    </message>
    <message>
      <source>Next step</source>
      <comment>contract</comment>
      <translation>Nächster Schritt</translation>
    </message>
    <message>
      <source>Next step at</source>
      <comment>contract</comment>
      <translation>Nächster Schritt am</translation>
    </message>
    <message>
      <source>Next tab</source>
      <translation>Nächster Reiter</translation>
    </message>
    <message>
      <source>Next: %1</source>
      <translation>Nächster Schritt: %1</translation>
    </message>
    <message>
      <source>Nickname</source>
      <comment>contract</comment>
      <translation>Rufname</translation>
    </message>
    <message>
      <source>No</source>
      <translation>Nein</translation>
    </message>
    <message>
      <source>No amount</source>
      <translation>Kein Betrag</translation>
    </message>
    <message>
      <source>No browser could be opened. Open this page yourself: %1</source>
      <translation>Es konnte kein Browser geöffnet werden. Öffnen Sie diese Seite selbst: %1</translation>
    </message>
    <message>
      <source>No column goes anywhere yet.</source>
      <translation>Noch ist keine Spalte zugeordnet.</translation>
    </message>
    <message>
      <source>No e-mail can be sent: smtp.url is not set.</source>
      <translation>Es kann keine E-Mail gesendet werden: smtp.url ist nicht gesetzt.</translation>
    </message>
    <message>
      <source>No file chosen yet</source>
      <translation>Noch keine Datei ausgewählt</translation>
    </message>
    <message>
      <source>No files yet. Drop some onto the record, or add them above.</source>
      <translation>Noch keine Dateien. Ziehen Sie welche auf den Datensatz, oder fügen Sie sie oben hinzu.</translation>
    </message>
    <message>
      <source>No opportunity fits the filter.</source>
      <translation>Keine Verkaufschance passt zum Filter.</translation>
    </message>
    <message>
      <source>No reminder</source>
      <translation>Keine Erinnerung</translation>
    </message>
    <message>
      <source>Not allowed</source>
      <translation>Nicht erlaubt</translation>
    </message>
    <message>
      <source>Not changed since the record was made.</source>
      <translation>Nicht geändert, seit der Datensatz angelegt wurde.</translation>
    </message>
    <message>
      <source>Not found</source>
      <translation>Nicht gefunden</translation>
    </message>
    <message>
      <source>Not written, because another record of this call failed.</source>
      <translation>Nicht geschrieben, weil ein anderer Datensatz fehlschlug.</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Note</source>
      <comment>contract</comment>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Notes</source>
      <comment>contract</comment>
      <translation>Notizen</translation>
    </message>
    <message>
      <source>Nothing has happened yet. Write the first note above.</source>
      <translation>Noch ist nichts geschehen. Schreiben Sie oben die erste Notiz.</translation>
    </message>
    <message>
      <source>Nothing is called that.</source>
      <translation>Nichts heißt so.</translation>
    </message>
    <message>
      <source>Nothing is kept on this computer: changes are made on the server only.</source>
      <translation>Auf diesem Rechner wird nichts aufgehoben: Änderungen werden nur auf dem Server gemacht.</translation>
    </message>
    <message>
      <source>Nothing matches. Clear the search or the filter to see more.</source>
      <translation>Nichts passt. Leeren Sie die Suche oder den Filter, um mehr zu sehen.</translation>
    </message>
    <message>
      <source>Nothing planned. Drag over the hours, or press Insert.</source>
      <translation>Nichts geplant. Ziehen Sie über die Stunden, oder drücken Sie Einfg.</translation>
    </message>
    <message>
      <source>Number</source>
      <comment>contract</comment>
      <translation>Nummer</translation>
    </message>
    <message>
      <source>OAuth client</source>
      <comment>contract</comment>
      <translation>OAuth-Client</translation>
    </message>
    <message>
      <source>OAuth clients</source>
      <comment>contract</comment>
      <translation>OAuth-Clients</translation>
    </message>
    <message>
      <source>Off line</source>
      <translation>Offline</translation>
    </message>
    <message>
      <source>On duplicate</source>
      <comment>contract</comment>
      <translation>Bei Dubletten</translation>
    </message>
    <message>
      <source>Only &amp;mine</source>
      <translation>Nur &amp;meine</translation>
    </message>
    <message>
      <source>Only a draft can be changed; this quote is %1</source>
      <translation>Nur ein Entwurf kann geändert werden; dieses Angebot ist %1</translation>
    </message>
    <message>
      <source>Only opportunities that I own</source>
      <translation>Nur Verkaufschancen, die mir gehören</translation>
    </message>
    <message>
      <source>Only update those with the same external id</source>
      <translation>Nur die mit derselben externen ID ändern</translation>
    </message>
    <message>
      <source>Only update those with the same id in Kontor</source>
      <translation>Nur die mit derselben ID in Kontor ändern</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Open in &amp;background</source>
      <translation>Im &amp;Hintergrund öffnen</translation>
    </message>
    <message>
      <source>Opportunities</source>
      <comment>contract</comment>
      <translation>Verkaufschancen</translation>
    </message>
    <message>
      <source>Opportunities in %1: %2</source>
      <translation>Verkaufschancen in %1: %2</translation>
    </message>
    <message>
      <source>Opportunity</source>
      <comment>contract</comment>
      <translation>Verkaufschance</translation>
    </message>
    <message>
      <source>Opt out</source>
      <comment>contract</comment>
      <translation>Abgemeldet</translation>
    </message>
    <message>
      <source>Origin</source>
      <comment>contract</comment>
      <translation>Herkunft</translation>
    </message>
    <message>
      <source>Others changed the record while the job ran.</source>
      <translation>Andere haben den Datensatz geändert, während der Auftrag lief.</translation>
    </message>
    <message>
      <source>Out from</source>
      <comment>contract</comment>
      <translation>Abwesend ab</translation>
    </message>
    <message>
      <source>Out until</source>
      <comment>contract</comment>
      <translation>Abwesend bis</translation>
    </message>
    <message>
      <source>Outcome</source>
      <comment>contract</comment>
      <translation>Ergebnis</translation>
    </message>
    <message>
      <source>Overdue</source>
      <translation>Überfällig</translation>
    </message>
    <message>
      <source>Override of</source>
      <comment>contract</comment>
      <translation>Ersetzt für</translation>
    </message>
    <message>
      <source>Owner</source>
      <comment>contract</comment>
      <translation>Zuständig</translation>
    </message>
    <message>
      <source>Ownership</source>
      <comment>contract</comment>
      <translation>Eigentumsform</translation>
    </message>
    <message>
      <source>PDF (*.pdf)</source>
      <translation>PDF (*.pdf)</translation>
    </message>
    <message>
      <source>Page %1 of %2</source>
      <translation>Seite %1 von %2</translation>
    </message>
    <message>
      <source>Page URL</source>
      <comment>contract</comment>
      <translation>Seiten-URL</translation>
    </message>
    <message>
      <source>Parent</source>
      <comment>contract</comment>
      <translation>Gehört zu</translation>
    </message>
    <message>
      <source>Parent entity</source>
      <comment>contract</comment>
      <translation>Art des Übergeordneten</translation>
    </message>
    <message>
      <source>Password</source>
      <comment>contract</comment>
      <translation>Kennwort</translation>
    </message>
    <message>
      <source>Payload</source>
      <comment>contract</comment>
      <translation>Inhalt</translation>
    </message>
    <message>
      <source>Payment terms</source>
      <comment>contract</comment>
      <translation>Zahlungsbedingungen</translation>
    </message>
    <message>
      <source>Per hour</source>
      <comment>contract</comment>
      <translation>Pro Stunde</translation>
    </message>
    <message>
      <source>Percent</source>
      <comment>contract</comment>
      <translation>Prozent</translation>
    </message>
    <message>
      <source>Period</source>
      <comment>contract</comment>
      <translation>Zeitraum</translation>
    </message>
    <message>
      <source>Permissions</source>
      <comment>contract</comment>
      <translation>Berechtigungen</translation>
    </message>
    <message>
      <source>Phone</source>
      <comment>contract</comment>
      <translation>Telefon</translation>
    </message>
    <message>
      <source>Phone (primary)</source>
      <translation>Telefon (bevorzugt)</translation>
    </message>
    <message>
      <source>Phone number</source>
      <comment>contract</comment>
      <translation>Telefonnummer</translation>
    </message>
    <message>
      <source>Phone numbers</source>
      <comment>contract</comment>
      <translation>Telefonnummern</translation>
    </message>
    <message>
      <source>Phone state</source>
      <comment>contract</comment>
      <translation>Stand der Telefonnummer</translation>
    </message>
    <message>
      <source>Pipeline</source>
      <translation>Pipeline</translation>
    </message>
    <message>
      <source>Pipeline</source>
      <comment>contract</comment>
      <translation>Pipeline</translation>
    </message>
    <message>
      <source>Pipelines</source>
      <comment>contract</comment>
      <translation>Pipelines</translation>
    </message>
    <message>
      <source>Placeholder</source>
      <comment>contract</comment>
      <translation>Platzhalter</translation>
    </message>
    <message>
      <source>Plan a &amp;meeting</source>
      <translation>&amp;Termin planen</translation>
    </message>
    <message>
      <source>Points</source>
      <comment>contract</comment>
      <translation>Punkte</translation>
    </message>
    <message>
      <source>Position</source>
      <comment>contract</comment>
      <translation>Reihenfolge</translation>
    </message>
    <message>
      <source>Postal addresses</source>
      <comment>contract</comment>
      <translation>Postanschriften</translation>
    </message>
    <message>
      <source>Postal code</source>
      <comment>contract</comment>
      <translation>Postleitzahl</translation>
    </message>
    <message>
      <source>Preferred channel</source>
      <comment>contract</comment>
      <translation>Bevorzugter Weg</translation>
    </message>
    <message>
      <source>Prefix</source>
      <comment>contract</comment>
      <translation>Präfix</translation>
    </message>
    <message>
      <source>Preparing the preview</source>
      <translation>Die Vorschau wird vorbereitet</translation>
    </message>
    <message>
      <source>Preview</source>
      <translation>Vorschau</translation>
    </message>
    <message>
      <source>Previous tab</source>
      <translation>Voriger Reiter</translation>
    </message>
    <message>
      <source>Price</source>
      <comment>contract</comment>
      <translation>Preis</translation>
    </message>
    <message>
      <source>Price book</source>
      <comment>contract</comment>
      <translation>Preisliste</translation>
    </message>
    <message>
      <source>Price books</source>
      <comment>contract</comment>
      <translation>Preislisten</translation>
    </message>
    <message>
      <source>Prices</source>
      <comment>contract</comment>
      <translation>Preise</translation>
    </message>
    <message>
      <source>Primary</source>
      <translation>Bevorzugt</translation>
    </message>
    <message>
      <source>Primary contact</source>
      <comment>contract</comment>
      <translation>Hauptkontakt</translation>
    </message>
    <message>
      <source>Priority</source>
      <comment>contract</comment>
      <translation>Priorität</translation>
    </message>
    <message>
      <source>Probability</source>
      <comment>contract</comment>
      <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
      <source>Probability manual</source>
      <comment>contract</comment>
      <translation>Wahrscheinlichkeit von Hand</translation>
    </message>
    <message>
      <source>Probability mode</source>
      <comment>contract</comment>
      <translation>Art der Wahrscheinlichkeit</translation>
    </message>
    <message>
      <source>Product</source>
      <comment>contract</comment>
      <translation>Produkt</translation>
    </message>
    <message>
      <source>Product categories</source>
      <comment>contract</comment>
      <translation>Produktkategorien</translation>
    </message>
    <message>
      <source>Product category</source>
      <comment>contract</comment>
      <translation>Produktkategorie</translation>
    </message>
    <message>
      <source>Products</source>
      <comment>contract</comment>
      <translation>Produkte</translation>
    </message>
    <message>
      <source>Progress</source>
      <translation>Fortschritt</translation>
    </message>
    <message>
      <source>Puts the filter together from fields (Ctrl+Shift+F)</source>
      <translation>Stellt den Filter aus Feldern zusammen (Strg+Umschalt+F)</translation>
    </message>
    <message>
      <source>Quantity</source>
      <comment>contract</comment>
      <translation>Menge</translation>
    </message>
    <message>
      <source>Query is not valid</source>
      <translation>Die Abfrage ist nicht gültig</translation>
    </message>
    <message>
      <source>Queue</source>
      <comment>contract</comment>
      <translation>Warteschlange</translation>
    </message>
    <message>
      <source>Quote</source>
      <comment>contract</comment>
      <translation>Angebot</translation>
    </message>
    <message>
      <source>Quotes</source>
      <comment>contract</comment>
      <translation>Angebote</translation>
    </message>
    <message>
      <source>Rate</source>
      <comment>contract</comment>
      <translation>Kurs</translation>
    </message>
    <message>
      <source>Rating</source>
      <comment>contract</comment>
      <translation>Einstufung</translation>
    </message>
    <message>
      <source>Read</source>
      <comment>contract</comment>
      <translation>Lesen</translation>
    </message>
    <message>
      <source>Reading</source>
      <translation>Wird gelesen</translation>
    </message>
    <message>
      <source>Reading what is to be printed…</source>
      <translation>Was gedruckt werden soll, wird gelesen…</translation>
    </message>
    <message>
      <source>Reading …</source>
      <translation>Wird gelesen …</translation>
    </message>
    <message>
      <source>Reason</source>
      <comment>contract</comment>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Recently open</source>
      <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
      <source>Recipient email</source>
      <comment>contract</comment>
      <translation>E-Mail des Empfängers</translation>
    </message>
    <message>
      <source>Recipient name</source>
      <comment>contract</comment>
      <translation>Name des Empfängers</translation>
    </message>
    <message>
      <source>Record</source>
      <translation>Datensatz</translation>
    </message>
    <message>
      <source>Record was changed by someone else</source>
      <translation>Der Datensatz wurde von jemand anderem geändert</translation>
    </message>
    <message>
      <source>Records</source>
      <translation>Datensätze</translation>
    </message>
    <message>
      <source>Records &amp;like it</source>
      <translation>&amp;Ähnliche Datensätze</translation>
    </message>
    <message>
      <source>Records like it</source>
      <translation>Ähnliche Datensätze</translation>
    </message>
    <message>
      <source>Recurrence rule</source>
      <comment>contract</comment>
      <translation>Wiederholungsregel</translation>
    </message>
    <message>
      <source>Recurring amount</source>
      <comment>contract</comment>
      <translation>Wiederkehrender Betrag</translation>
    </message>
    <message>
      <source>Recurring months</source>
      <comment>contract</comment>
      <translation>Wiederkehr in Monaten</translation>
    </message>
    <message>
      <source>Recurring total</source>
      <comment>contract</comment>
      <translation>Wiederkehrend gesamt</translation>
    </message>
    <message>
      <source>Redirect URIs</source>
      <comment>contract</comment>
      <translation>Weiterleitungs-URIs</translation>
    </message>
    <message>
      <source>Redirect URL</source>
      <comment>contract</comment>
      <translation>Weiterleitungs-URL</translation>
    </message>
    <message>
      <source>Referred by</source>
      <comment>contract</comment>
      <translation>Empfohlen von</translation>
    </message>
    <message>
      <source>Refused: %1</source>
      <translation>Abgelehnt: %1</translation>
    </message>
    <message>
      <source>Reject reason</source>
      <comment>contract</comment>
      <translation>Ablehnungsgrund</translation>
    </message>
    <message>
      <source>Rejected at</source>
      <comment>contract</comment>
      <translation>Abgelehnt am</translation>
    </message>
    <message>
      <source>Related</source>
      <translation>Verknüpft</translation>
    </message>
    <message>
      <source>Related records</source>
      <translation>Verknüpfte Datensätze</translation>
    </message>
    <message>
      <source>Reminder</source>
      <translation>Erinnerung</translation>
    </message>
    <message>
      <source>Reminder at</source>
      <comment>contract</comment>
      <translation>Erinnerung am</translation>
    </message>
    <message>
      <source>Reminders</source>
      <translation>Erinnerungen</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Remove</source>
      <comment>contract</comment>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Remove %1</source>
      <translation>%1 entfernen</translation>
    </message>
    <message>
      <source>Remove (Alt+Delete)</source>
      <translation>Entfernen (Alt+Entf)</translation>
    </message>
    <message>
      <source>Remove this condition</source>
      <translation>Diese Bedingung entfernen</translation>
    </message>
    <message>
      <source>Remove this group</source>
      <translation>Diese Gruppe entfernen</translation>
    </message>
    <message>
      <source>Reports to</source>
      <comment>contract</comment>
      <translation>Berichtet an</translation>
    </message>
    <message>
      <source>Request</source>
      <comment>contract</comment>
      <translation>Anfrage</translation>
    </message>
    <message>
      <source>Request cannot be read</source>
      <translation>Die Anfrage ist nicht lesbar</translation>
    </message>
    <message>
      <source>Request is not valid</source>
      <translation>Die Angaben sind nicht gültig</translation>
    </message>
    <message>
      <source>Request is too large</source>
      <translation>Die Anfrage ist zu groß</translation>
    </message>
    <message>
      <source>Request took too long to arrive</source>
      <translation>Die Anfrage kam zu langsam an</translation>
    </message>
    <message>
      <source>Required</source>
      <comment>contract</comment>
      <translation>Pflicht</translation>
    </message>
    <message>
      <source>Requirements</source>
      <comment>contract</comment>
      <translation>Anforderungen</translation>
    </message>
    <message>
      <source>Respond by</source>
      <comment>contract</comment>
      <translation>Antworten bis</translation>
    </message>
    <message>
      <source>Response</source>
      <comment>contract</comment>
      <translation>Antwort</translation>
    </message>
    <message>
      <source>Response minutes</source>
      <comment>contract</comment>
      <translation>Antwortzeit in Minuten</translation>
    </message>
    <message>
      <source>Response seconds</source>
      <comment>contract</comment>
      <translation>Antwortzeit in Sekunden</translation>
    </message>
    <message>
      <source>Revision</source>
      <comment>contract</comment>
      <translation>Fassung</translation>
    </message>
    <message>
      <source>Right</source>
      <comment>contract</comment>
      <translation>Recht</translation>
    </message>
    <message>
      <source>Role</source>
      <comment>contract</comment>
      <translation>Rolle</translation>
    </message>
    <message>
      <source>Roles</source>
      <comment>contract</comment>
      <translation>Rollen</translation>
    </message>
    <message>
      <source>Rolled back with the rest of the call</source>
      <translation>Mit den übrigen zurückgenommen</translation>
    </message>
    <message>
      <source>Rotting days</source>
      <comment>contract</comment>
      <translation>Tage bis zum Liegenbleiben</translation>
    </message>
    <message>
      <source>Rule</source>
      <comment>contract</comment>
      <translation>Regel</translation>
    </message>
    <message>
      <source>S&amp;erver</source>
      <translation>S&amp;erver</translation>
    </message>
    <message>
      <source>SHA-256</source>
      <comment>contract</comment>
      <translation>SHA-256</translation>
    </message>
    <message>
      <source>Sales people</source>
      <comment>contract</comment>
      <translation>Vertriebsleute</translation>
    </message>
    <message>
      <source>Sales person</source>
      <comment>contract</comment>
      <translation>Vertriebsperson</translation>
    </message>
    <message>
      <source>Salutation</source>
      <comment>contract</comment>
      <translation>Anrede</translation>
    </message>
    <message>
      <source>Save &amp;changes to “%1”</source>
      <translation>Änderungen in „%1“ s&amp;peichern</translation>
    </message>
    <message>
      <source>Save as</source>
      <translation>Speichern unter</translation>
    </message>
    <message>
      <source>Save as P&amp;DF…</source>
      <translation>Als P&amp;DF speichern…</translation>
    </message>
    <message>
      <source>Save as PDF</source>
      <translation>Als PDF speichern</translation>
    </message>
    <message>
      <source>Save as …</source>
      <translation>Speichern unter …</translation>
    </message>
    <message>
      <source>Save like this</source>
      <translation>So speichern</translation>
    </message>
    <message>
      <source>Save the refused rows</source>
      <translation>Abgelehnte Zeilen speichern</translation>
    </message>
    <message>
      <source>Save the refused rows: the reason stands behind each. Mend them there, and open that file again.</source>
      <translation>Speichern Sie die abgelehnten Zeilen: hinter jeder steht der Grund. Verbessern Sie sie dort und öffnen Sie die Datei wieder.</translation>
    </message>
    <message>
      <source>Save this view</source>
      <translation>Diese Ansicht speichern</translation>
    </message>
    <message>
      <source>Save what was refused</source>
      <translation>Speichern, was abgelehnt wurde</translation>
    </message>
    <message>
      <source>Save what was typed first, or take it back: then convert.</source>
      <translation>Speichern Sie erst, was Sie eingegeben haben, oder nehmen Sie es zurück; wandeln Sie dann um.</translation>
    </message>
    <message>
      <source>Save what was typed first, or take it back: then merge.</source>
      <translation>Speichern Sie erst, was Sie eingegeben haben, oder nehmen Sie es zurück; führen Sie dann zusammen.</translation>
    </message>
    <message>
      <source>Saved as %1.</source>
      <translation>Gespeichert als %1.</translation>
    </message>
    <message>
      <source>Saved view</source>
      <comment>contract</comment>
      <translation>Gespeicherte Ansicht</translation>
    </message>
    <message>
      <source>Saved views</source>
      <comment>contract</comment>
      <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
      <source>Saving the refused rows</source>
      <translation>Die abgelehnten Zeilen werden gespeichert</translation>
    </message>
    <message>
      <source>Say which column is the external id.</source>
      <translation>Geben Sie an, welche Spalte die externe ID ist.</translation>
    </message>
    <message>
      <source>Say which column is the id in Kontor.</source>
      <translation>Geben Sie an, welche Spalte die ID in Kontor ist.</translation>
    </message>
    <message>
      <source>Say which program gave the external ids.</source>
      <translation>Geben Sie an, von welchem Programm die externen IDs sind.</translation>
    </message>
    <message>
      <source>Scopes</source>
      <comment>contract</comment>
      <translation>Geltungsbereiche</translation>
    </message>
    <message>
      <source>Score</source>
      <comment>contract</comment>
      <translation>Punktzahl</translation>
    </message>
    <message>
      <source>Score parts</source>
      <comment>contract</comment>
      <translation>Teile der Punktzahl</translation>
    </message>
    <message>
      <source>Scored at</source>
      <comment>contract</comment>
      <translation>Bewertet am</translation>
    </message>
    <message>
      <source>Scoring rule</source>
      <comment>contract</comment>
      <translation>Bewertungsregel</translation>
    </message>
    <message>
      <source>Scoring rules</source>
      <comment>contract</comment>
      <translation>Bewertungsregeln</translation>
    </message>
    <message>
      <source>Screens and actions</source>
      <translation>Seiten und Befehle</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Search in this list</source>
      <translation>In dieser Liste suchen</translation>
    </message>
    <message>
      <source>Searching…</source>
      <translation>Wird gesucht…</translation>
    </message>
    <message>
      <source>Seconds in from</source>
      <comment>contract</comment>
      <translation>Sekunden in der vorigen Phase</translation>
    </message>
    <message>
      <source>Secret</source>
      <comment>contract</comment>
      <translation>Geheimnis</translation>
    </message>
    <message>
      <source>Sent at</source>
      <comment>contract</comment>
      <translation>Gesendet am</translation>
    </message>
    <message>
      <source>Shipping</source>
      <comment>contract</comment>
      <translation>Versand</translation>
    </message>
    <message>
      <source>Shipping address</source>
      <comment>contract</comment>
      <translation>Lieferadresse</translation>
    </message>
    <message>
      <source>Shipping tax percent</source>
      <comment>contract</comment>
      <translation>Steuer auf Versand in Prozent</translation>
    </message>
    <message>
      <source>Shortcuts</source>
      <translation>Tastenkürzel</translation>
    </message>
    <message>
      <source>Show more …</source>
      <translation>Mehr zeigen …</translation>
    </message>
    <message>
      <source>Sign &amp;out</source>
      <translation>&amp;Abmelden</translation>
    </message>
    <message>
      <source>Sign in first: the request has no credentials.</source>
      <translation>Bitte melden Sie sich zuerst an.</translation>
    </message>
    <message>
      <source>Sign in to Kontor</source>
      <translation>Bei Kontor anmelden</translation>
    </message>
    <message>
      <source>Sign-in required</source>
      <translation>Anmeldung nötig</translation>
    </message>
    <message>
      <source>Signing in…</source>
      <translation>Anmeldung läuft…</translation>
    </message>
    <message>
      <source>Signs in on the server's own page, in your browser.</source>
      <translation>Meldet auf der Seite des Servers an, in Ihrem Browser.</translation>
    </message>
    <message>
      <source>Six months from now</source>
      <translation>Sechs Monate ab jetzt</translation>
    </message>
    <message>
      <source>Size</source>
      <comment>contract</comment>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Sku</source>
      <comment>contract</comment>
      <translation>Artikelnummer</translation>
    </message>
    <message>
      <source>Slug</source>
      <comment>contract</comment>
      <translation>Kurzname</translation>
    </message>
    <message>
      <source>Some custom fields are not valid.</source>
      <translation>Einige eigene Felder sind nicht gültig.</translation>
    </message>
    <message>
      <source>Some fields are not right yet.</source>
      <translation>Einige Felder stimmen noch nicht.</translation>
    </message>
    <message>
      <source>Some of it needs you: look at it and save it as it should be, send it again over what is there, or discard it.</source>
      <translation>Manches braucht Sie: sehen Sie es an und speichern Sie es, wie es sein soll; senden Sie es noch einmal über das, was da ist; oder verwerfen Sie es.</translation>
    </message>
    <message>
      <source>Somebody else has changed it meanwhile</source>
      <translation>Jemand anderes hat es inzwischen geändert</translation>
    </message>
    <message>
      <source>Somebody else has changed other fields of this record; they are shown now. Save again.</source>
      <translation>Jemand anderes hat andere Felder dieses Datensatzes geändert; sie werden jetzt gezeigt. Speichern Sie noch einmal.</translation>
    </message>
    <message>
      <source>Somebody has changed this record meanwhile. Edit the cell and press Enter to save your value over it, or Escape to drop it.</source>
      <translation>Jemand hat diesen Datensatz inzwischen geändert. Bearbeiten Sie die Zelle und drücken Sie Eingabe, um Ihren Wert darüber zu speichern, oder Esc, um ihn zu verwerfen.</translation>
    </message>
    <message>
      <source>Somebody has changed this record meanwhile. When you save, you will be asked about what both of you have changed.</source>
      <translation>Jemand hat diesen Datensatz inzwischen geändert. Beim Speichern werden Sie nach dem gefragt, was Sie beide geändert haben.</translation>
    </message>
    <message>
      <source>Somebody has deleted this record.</source>
      <translation>Jemand hat diesen Datensatz gelöscht.</translation>
    </message>
    <message>
      <source>Somebody has saved this record while you were typing. What shall it be?</source>
      <translation>Jemand hat diesen Datensatz gespeichert, während Sie geschrieben haben. Was soll gelten?</translation>
    </message>
    <message>
      <source>Something went wrong on the server. The log has the details.</source>
      <translation>Auf dem Server ging etwas schief. Näheres steht in seinem Protokoll.</translation>
    </message>
    <message>
      <source>Sort</source>
      <comment>contract</comment>
      <translation>Sortierung</translation>
    </message>
    <message>
      <source>Source</source>
      <comment>contract</comment>
      <translation>Quelle</translation>
    </message>
    <message>
      <source>Source detail</source>
      <comment>contract</comment>
      <translation>Quelle im Einzelnen</translation>
    </message>
    <message>
      <source>Split percent</source>
      <comment>contract</comment>
      <translation>Anteil in Prozent</translation>
    </message>
    <message>
      <source>Stage</source>
      <translation>Phase</translation>
    </message>
    <message>
      <source>Stage</source>
      <comment>contract</comment>
      <translation>Phase</translation>
    </message>
    <message>
      <source>Stage change</source>
      <comment>contract</comment>
      <translation>Phasenwechsel</translation>
    </message>
    <message>
      <source>Stage changes</source>
      <comment>contract</comment>
      <translation>Phasenwechsel</translation>
    </message>
    <message>
      <source>Stage since</source>
      <comment>contract</comment>
      <translation>In Phase seit</translation>
    </message>
    <message>
      <source>Stages</source>
      <comment>contract</comment>
      <translation>Phasen</translation>
    </message>
    <message>
      <source>Start at</source>
      <comment>contract</comment>
      <translation>Beginn</translation>
    </message>
    <message>
      <source>Start date</source>
      <comment>contract</comment>
      <translation>Startdatum</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Stand</translation>
    </message>
    <message>
      <source>State</source>
      <comment>contract</comment>
      <translation>Stand</translation>
    </message>
    <message>
      <source>State does not allow this</source>
      <translation>Der Stand lässt das nicht zu</translation>
    </message>
    <message>
      <source>Status</source>
      <comment>contract</comment>
      <translation>Status</translation>
    </message>
    <message>
      <source>Status %1, %2 bytes.</source>
      <translation>Status %1, %2 Bytes.</translation>
    </message>
    <message>
      <source>Status category</source>
      <comment>contract</comment>
      <translation>Statuskategorie</translation>
    </message>
    <message>
      <source>Step %1 of %2</source>
      <translation>Schritt %1 von %2</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>Street</source>
      <comment>contract</comment>
      <translation>Straße</translation>
    </message>
    <message>
      <source>Strengths</source>
      <comment>contract</comment>
      <translation>Stärken</translation>
    </message>
    <message>
      <source>Subdivision</source>
      <comment>contract</comment>
      <translation>Bundesland</translation>
    </message>
    <message>
      <source>Subject</source>
      <comment>contract</comment>
      <translation>Betreff</translation>
    </message>
    <message>
      <source>Submission</source>
      <comment>contract</comment>
      <translation>Einsendung</translation>
    </message>
    <message>
      <source>Submissions</source>
      <comment>contract</comment>
      <translation>Einsendungen</translation>
    </message>
    <message>
      <source>Submit label</source>
      <comment>contract</comment>
      <translation>Text der Schaltfläche</translation>
    </message>
    <message>
      <source>Subtotal</source>
      <comment>contract</comment>
      <translation>Zwischensumme</translation>
    </message>
    <message>
      <source>Suffix</source>
      <comment>contract</comment>
      <translation>Namenszusatz</translation>
    </message>
    <message>
      <source>Supersedes</source>
      <comment>contract</comment>
      <translation>Ersetzt</translation>
    </message>
    <message>
      <source>Switch &amp;server…</source>
      <translation>&amp;Server wechseln…</translation>
    </message>
    <message>
      <source>Symbol</source>
      <comment>contract</comment>
      <translation>Zeichen</translation>
    </message>
    <message>
      <source>System</source>
      <comment>contract</comment>
      <translation>System</translation>
    </message>
    <message>
      <source>TOTP enabled</source>
      <comment>contract</comment>
      <translation>TOTP eingeschaltet</translation>
    </message>
    <message>
      <source>Tags</source>
      <comment>contract</comment>
      <translation>Schlagwörter</translation>
    </message>
    <message>
      <source>Take &amp;back what was typed</source>
      <translation>Eingaben &amp;zurücknehmen</translation>
    </message>
    <message>
      <source>Taken back</source>
      <translation>Zurückgenommen</translation>
    </message>
    <message numerus="yes">
      <source>Taken back, but for %n record(s) that somebody has changed since</source>
      <translation>
        <numerusform>Zurückgenommen, bis auf %n Datensatz, den inzwischen jemand geändert hat</numerusform>
        <numerusform>Zurückgenommen, bis auf %n Datensätze, die inzwischen jemand geändert hat</numerusform>
      </translation>
    </message>
    <message>
      <source>Target</source>
      <translation>Ziel</translation>
    </message>
    <message>
      <source>Target</source>
      <comment>contract</comment>
      <translation>Ziel</translation>
    </message>
    <message>
      <source>Target field</source>
      <comment>contract</comment>
      <translation>Zielfeld</translation>
    </message>
    <message>
      <source>Targets</source>
      <comment>contract</comment>
      <translation>Ziele</translation>
    </message>
    <message>
      <source>Task</source>
      <translation>Aufgabe</translation>
    </message>
    <message>
      <source>Tax</source>
      <comment>contract</comment>
      <translation>Steuer</translation>
    </message>
    <message>
      <source>Tax percent</source>
      <comment>contract</comment>
      <translation>Steuer in Prozent</translation>
    </message>
    <message>
      <source>Tax rate</source>
      <comment>contract</comment>
      <translation>Steuersatz</translation>
    </message>
    <message>
      <source>Tax rates</source>
      <comment>contract</comment>
      <translation>Steuersätze</translation>
    </message>
    <message>
      <source>Tax total</source>
      <comment>contract</comment>
      <translation>Steuer gesamt</translation>
    </message>
    <message>
      <source>Taxable</source>
      <comment>contract</comment>
      <translation>Steuerpflichtig</translation>
    </message>
    <message>
      <source>Taxes</source>
      <comment>contract</comment>
      <translation>Steuern</translation>
    </message>
    <message>
      <source>Team</source>
      <comment>contract</comment>
      <translation>Team</translation>
    </message>
    <message>
      <source>Team for the lead</source>
      <comment>contract</comment>
      <translation>Team für den Lead</translation>
    </message>
    <message>
      <source>Teams</source>
      <comment>contract</comment>
      <translation>Teams</translation>
    </message>
    <message>
      <source>Temporarily unavailable</source>
      <translation>Zurzeit nicht verfügbar</translation>
    </message>
    <message>
      <source>Terms</source>
      <comment>contract</comment>
      <translation>Bedingungen</translation>
    </message>
    <message>
      <source>Thank you text</source>
      <comment>contract</comment>
      <translation>Danktext</translation>
    </message>
    <message>
      <source>The CSV cannot be read at line %1</source>
      <translation>Die CSV-Datei ist nicht lesbar in Zeile %1</translation>
    </message>
    <message>
      <source>The access token has expired.</source>
      <translation>Die Anmeldung ist abgelaufen.</translation>
    </message>
    <message>
      <source>The answer does not belong to this sign-in.</source>
      <translation>Die Antwort gehört nicht zu dieser Anmeldung.</translation>
    </message>
    <message>
      <source>The browser cannot come back to Kontor.</source>
      <translation>Der Browser kann nicht zu Kontor zurückkehren.</translation>
    </message>
    <message>
      <source>The columns that the list &amp;shows</source>
      <translation>Die Spalten, die die Liste &amp;zeigt</translation>
    </message>
    <message>
      <source>The conversion has failed.</source>
      <translation>Die Umwandlung ist fehlgeschlagen.</translation>
    </message>
    <message>
      <source>The credentials are not valid.</source>
      <translation>Die Anmeldedaten sind nicht gültig.</translation>
    </message>
    <message>
      <source>The customer has this quote: recall it before you delete it.</source>
      <translation>Der Kunde hat dieses Angebot: rufen Sie es zurück, bevor Sie es löschen.</translation>
    </message>
    <message>
      <source>The database cannot answer at the moment; try again.</source>
      <translation>Die Datenbank antwortet gerade nicht; versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>The database is busy; try again.</source>
      <translation>Die Datenbank ist ausgelastet; versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>The desktop client of Kontor</source>
      <translation>Das Desktop-Programm von Kontor</translation>
    </message>
    <message>
      <source>The field “%1” is required: say which column it is.</source>
      <translation>Das Feld „%1“ ist nötig: geben Sie an, welche Spalte es ist.</translation>
    </message>
    <message>
      <source>The file cannot be read.</source>
      <translation>Die Datei kann nicht gelesen werden.</translation>
    </message>
    <message>
      <source>The file cannot be written.</source>
      <translation>Die Datei kann nicht geschrieben werden.</translation>
    </message>
    <message>
      <source>The file is being read.</source>
      <translation>Die Datei wird gelesen.</translation>
    </message>
    <message>
      <source>The file is empty.</source>
      <translation>Die Datei ist leer.</translation>
    </message>
    <message>
      <source>The filter is wrong at byte %1</source>
      <translation>Der Filter ist falsch an Stelle %1</translation>
    </message>
    <message>
      <source>The first rows. What is refused can be mended and imported afterwards.</source>
      <translation>Die ersten Zeilen. Was abgelehnt wird, kann verbessert und danach importiert werden.</translation>
    </message>
    <message>
      <source>The header has columns that cannot be read.</source>
      <translation>Die Kopfzeile hat Spalten, die nicht lesbar sind.</translation>
    </message>
    <message>
      <source>The import broke off.</source>
      <translation>Der Import brach ab.</translation>
    </message>
    <message>
      <source>The import goes on, and can be cancelled; what is written by then can be taken back.</source>
      <translation>Der Import läuft und kann abgebrochen werden; was bis dahin geschrieben ist, kann zurückgenommen werden.</translation>
    </message>
    <message>
      <source>The import is being taken back.</source>
      <translation>Der Import wird zurückgenommen.</translation>
    </message>
    <message>
      <source>The job is not finished yet.</source>
      <translation>Der Auftrag ist noch nicht fertig.</translation>
    </message>
    <message>
      <source>The job was taken back already.</source>
      <translation>Der Auftrag ist schon zurückgenommen.</translation>
    </message>
    <message>
      <source>The language changes at the next start.</source>
      <translation>Die Sprache ändert sich beim nächsten Start.</translation>
    </message>
    <message>
      <source>The lead has been converted already.</source>
      <translation>Der Lead ist schon umgewandelt.</translation>
    </message>
    <message>
      <source>The lead has been converted; it cannot go back.</source>
      <translation>Der Lead ist umgewandelt; das geht nicht zurück.</translation>
    </message>
    <message>
      <source>The lead is being converted by somebody else at this moment.</source>
      <translation>Der Lead wird gerade von jemand anderem umgewandelt.</translation>
    </message>
    <message>
      <source>The lead was not converted. %1</source>
      <translation>Der Lead wurde nicht umgewandelt. %1</translation>
    </message>
    <message>
      <source>The mail server cannot be used now: %1</source>
      <translation>Der Mailserver ist jetzt nicht nutzbar: %1</translation>
    </message>
    <message>
      <source>The master is in the recycle bin; take it out first.</source>
      <translation>Der Hauptdatensatz ist im Papierkorb; holen Sie ihn zuerst heraus.</translation>
    </message>
    <message>
      <source>The merge was taken back.</source>
      <translation>Die Zusammenführung wurde zurückgenommen.</translation>
    </message>
    <message>
      <source>The merge was taken back. Changed since, and left as it is: %1</source>
      <translation>Die Zusammenführung wurde zurückgenommen. Inzwischen geändert und daher so gelassen: %1</translation>
    </message>
    <message>
      <source>The one-time password is not right.</source>
      <translation>Das Einmalpasswort stimmt nicht.</translation>
    </message>
    <message>
      <source>The operation is not valid.</source>
      <translation>Der Vorgang ist nicht gültig.</translation>
    </message>
    <message>
      <source>The others go to the recycle bin, and what belongs to them comes here. Lists are united. For 30 days it can be taken back.</source>
      <translation>Die anderen kommen in den Papierkorb, und was zu ihnen gehört, kommt hierher. Listen werden vereinigt. 30 Tage lang kann es zurückgenommen werden.</translation>
    </message>
    <message>
      <source>The pages could not be drawn.</source>
      <translation>Die Seiten konnten nicht gezeichnet werden.</translation>
    </message>
    <message>
      <source>The printer takes nothing.</source>
      <translation>Der Drucker nimmt nichts an.</translation>
    </message>
    <message>
      <source>The program that gave the ids, such as shop</source>
      <translation>Das Programm, von dem die IDs sind, etwa shop</translation>
    </message>
    <message>
      <source>The quote was valid until %1</source>
      <translation>Das Angebot galt bis %1</translation>
    </message>
    <message>
      <source>The record is not in the recycle bin.</source>
      <translation>Der Datensatz ist nicht im Papierkorb.</translation>
    </message>
    <message>
      <source>The record is not valid.</source>
      <translation>Der Datensatz ist nicht gültig.</translation>
    </message>
    <message>
      <source>The record that is the same: type a part of its name</source>
      <translation>Der Datensatz, der derselbe ist: geben Sie einen Teil seines Namens ein</translation>
    </message>
    <message>
      <source>The record was changed since version %1</source>
      <translation>Der Datensatz wurde seit Version %1 geändert</translation>
    </message>
    <message>
      <source>The record was merged into %1</source>
      <translation>Der Datensatz ging auf in %1</translation>
    </message>
    <message>
      <source>The refused rows are saved.</source>
      <translation>Die abgelehnten Zeilen sind gespeichert.</translation>
    </message>
    <message>
      <source>The request took too long and was cancelled.</source>
      <translation>Die Anfrage dauerte zu lange und wurde abgebrochen.</translation>
    </message>
    <message>
      <source>The server cannot be reached, and this list was not open before. It will be here when the connection is back.</source>
      <translation>Der Server ist nicht erreichbar, und diese Liste war noch nicht offen. Sie erscheint, sobald die Verbindung wieder da ist.</translation>
    </message>
    <message>
      <source>The server cannot be reached.</source>
      <translation>Der Server ist nicht erreichbar.</translation>
    </message>
    <message>
      <source>The server has not signed you in.</source>
      <translation>Der Server hat Sie nicht angemeldet.</translation>
    </message>
    <message>
      <source>The server's answer cannot be read.</source>
      <translation>Die Antwort des Servers ist nicht lesbar.</translation>
    </message>
    <message>
      <source>The server's answer is too large.</source>
      <translation>Die Antwort des Servers ist zu groß.</translation>
    </message>
    <message>
      <source>The server's certificate is not trusted.</source>
      <translation>Dem Zertifikat des Servers wird nicht vertraut.</translation>
    </message>
    <message>
      <source>The stage %1 asks for this:</source>
      <translation>Die Phase %1 verlangt dies:</translation>
    </message>
    <message>
      <source>The stage history is written by the server.</source>
      <translation>Den Verlauf der Phasen schreibt der Server.</translation>
    </message>
    <message>
      <source>The token is kept in the keychain of this computer, and nowhere else.</source>
      <translation>Das Token liegt im Schlüsselbund dieses Rechners und sonst nirgends.</translation>
    </message>
    <message>
      <source>Theirs</source>
      <translation>Andere Person</translation>
    </message>
    <message>
      <source>There are no rows under the header.</source>
      <translation>Unter der Kopfzeile stehen keine Zeilen.</translation>
    </message>
    <message>
      <source>There are none yet. Ctrl+N makes the first.</source>
      <translation>Noch gibt es keine. Strg+N legt den ersten an.</translation>
    </message>
    <message>
      <source>There are none.</source>
      <translation>Es gibt keine.</translation>
    </message>
    <message>
      <source>There are opportunities %1</source>
      <translation>Es gibt Verkaufschancen %1</translation>
    </message>
    <message>
      <source>There are records like this</source>
      <translation>Es gibt ähnliche Datensätze</translation>
    </message>
    <message>
      <source>There are records like this lead. Send allowDuplicates to create it none the less.</source>
      <translation>Es gibt Datensätze, die diesem Lead gleichen.</translation>
    </message>
    <message>
      <source>There is no certificate in this file.</source>
      <translation>In dieser Datei ist kein Zertifikat.</translation>
    </message>
    <message>
      <source>There is no keychain on this computer.</source>
      <translation>Auf diesem Rechner gibt es keinen Schlüsselbund.</translation>
    </message>
    <message>
      <source>There is no opportunity in this pipeline yet. Press Ctrl+Shift+N to begin one.</source>
      <translation>In dieser Pipeline gibt es noch keine Verkaufschance. Mit Strg+Umschalt+N beginnen Sie eine.</translation>
    </message>
    <message>
      <source>There is no record with this id: ids are UUIDs.</source>
      <translation>Diesen Datensatz gibt es nicht.</translation>
    </message>
    <message>
      <source>There is no such %1</source>
      <translation>Nicht vorhanden: %1</translation>
    </message>
    <message>
      <source>There is no such job, or it is not yours.</source>
      <translation>Diesen Auftrag gibt es nicht, oder er gehört Ihnen nicht.</translation>
    </message>
    <message>
      <source>There is no such lead any more.</source>
      <translation>Diesen Lead gibt es nicht mehr.</translation>
    </message>
    <message>
      <source>There is no such merge, or you may not see it.</source>
      <translation>Diese Zusammenführung gibt es nicht, oder Sie dürfen sie nicht sehen.</translation>
    </message>
    <message>
      <source>There is nothing here.</source>
      <translation>Hier ist nichts.</translation>
    </message>
    <message>
      <source>These records are like it. Open one to go on with it.</source>
      <translation>Diese Datensätze sind ähnlich. Öffnen Sie einen, um mit ihm weiterzumachen.</translation>
    </message>
    <message>
      <source>They are sent in this order as soon as the server is there. You need not wait for it.</source>
      <translation>Sie werden in dieser Reihenfolge gesendet, sobald der Server da ist. Sie müssen nicht darauf warten.</translation>
    </message>
    <message>
      <source>They differ in nothing.</source>
      <translation>Sie unterscheiden sich in nichts.</translation>
    </message>
    <message>
      <source>They go to the recycle bin. What is done can be taken back afterwards.</source>
      <translation>Sie kommen in den Papierkorb. Was getan ist, kann danach rückgängig gemacht werden.</translation>
    </message>
    <message>
      <source>They were not changed, for these reasons.</source>
      <translation>Sie wurden aus diesen Gründen nicht geändert.</translation>
    </message>
    <message numerus="yes">
      <source>They were not changed. These are the first %n; the file has them all.</source>
      <translation>
        <numerusform>Sie wurde nicht geändert. Dies ist die erste; in der Datei sind alle.</numerusform>
        <numerusform>Sie wurden nicht geändert. Dies sind die ersten %n; in der Datei sind alle.</numerusform>
      </translation>
    </message>
    <message>
      <source>This is no Kontor server.</source>
      <translation>Das ist kein Kontor-Server.</translation>
    </message>
    <message>
      <source>This is no address of a server. It looks like crm.example.com or https://example.com/crm.</source>
      <translation>Das ist keine Adresse eines Servers. Sie sieht aus wie crm.example.com oder https://example.com/crm.</translation>
    </message>
    <message>
      <source>This is not a text file.</source>
      <translation>Das ist keine Textdatei.</translation>
    </message>
    <message>
      <source>This job has changed nothing that could be taken back.</source>
      <translation>Dieser Auftrag hat nichts geändert, was sich zurücknehmen ließe.</translation>
    </message>
    <message>
      <source>This merge has been taken back already.</source>
      <translation>Diese Zusammenführung ist schon zurückgenommen.</translation>
    </message>
    <message>
      <source>This quarter</source>
      <translation>Dieses Quartal</translation>
    </message>
    <message>
      <source>This view can be read off line from now on.</source>
      <translation>Diese Ansicht ist ab jetzt offline lesbar.</translation>
    </message>
    <message>
      <source>This year</source>
      <translation>Dieses Jahr</translation>
    </message>
    <message>
      <source>Ticker symbol</source>
      <comment>contract</comment>
      <translation>Börsenkürzel</translation>
    </message>
    <message>
      <source>Tier</source>
      <comment>contract</comment>
      <translation>Stufe</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>Timezone</source>
      <comment>contract</comment>
      <translation>Zeitzone</translation>
    </message>
    <message>
      <source>Title</source>
      <comment>contract</comment>
      <translation>Titel</translation>
    </message>
    <message>
      <source>To category</source>
      <comment>contract</comment>
      <translation>In Kategorie</translation>
    </message>
    <message>
      <source>To stage</source>
      <comment>contract</comment>
      <translation>In Phase</translation>
    </message>
    <message>
      <source>To the ne&amp;xt stage</source>
      <translation>Zur &amp;nächsten Phase</translation>
    </message>
    <message>
      <source>Together</source>
      <translation>Zusammen</translation>
    </message>
    <message>
      <source>Too many requests</source>
      <translation>Zu viele Anfragen</translation>
    </message>
    <message>
      <source>Too many wrong attempts; try again later.</source>
      <translation>Zu viele falsche Versuche; versuchen Sie es später wieder.</translation>
    </message>
    <message>
      <source>Too much is being written; try again.</source>
      <translation>Es wird gerade zu viel geschrieben; versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>Total</source>
      <comment>contract</comment>
      <translation>Summe</translation>
    </message>
    <message>
      <source>Total base</source>
      <comment>contract</comment>
      <translation>Summe in Basiswährung</translation>
    </message>
    <message>
      <source>Total of %1: %2</source>
      <translation>Summe von %1: %2</translation>
    </message>
    <message>
      <source>Towards the target</source>
      <translation>Auf dem Weg zum Ziel</translation>
    </message>
    <message>
      <source>Trust a certificate &amp;authority…</source>
      <translation>Einer &amp;Zertifizierungsstelle vertrauen…</translation>
    </message>
    <message>
      <source>Two columns go to the field “%1”.</source>
      <translation>Zwei Spalten gehen in das Feld „%1“.</translation>
    </message>
    <message>
      <source>Type</source>
      <comment>contract</comment>
      <translation>Typ</translation>
    </message>
    <message>
      <source>UID</source>
      <comment>contract</comment>
      <translation>UID</translation>
    </message>
    <message>
      <source>URL</source>
      <comment>contract</comment>
      <translation>URL</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>Rückgängig</translation>
    </message>
    <message>
      <source>Unit</source>
      <comment>contract</comment>
      <translation>Einheit</translation>
    </message>
    <message>
      <source>Unit price</source>
      <comment>contract</comment>
      <translation>Einzelpreis</translation>
    </message>
    <message>
      <source>Update</source>
      <comment>contract</comment>
      <translation>Ändern</translation>
    </message>
    <message>
      <source>Update those with the same external id, create the others</source>
      <translation>Die mit derselben externen ID ändern, die anderen anlegen</translation>
    </message>
    <message>
      <source>Updated at</source>
      <comment>contract</comment>
      <translation>Geändert am</translation>
    </message>
    <message>
      <source>Updated by</source>
      <comment>contract</comment>
      <translation>Geändert von</translation>
    </message>
    <message>
      <source>User</source>
      <comment>contract</comment>
      <translation>Benutzer</translation>
    </message>
    <message>
      <source>User agent</source>
      <comment>contract</comment>
      <translation>Browser</translation>
    </message>
    <message>
      <source>User name</source>
      <comment>contract</comment>
      <translation>Benutzername</translation>
    </message>
    <message>
      <source>User name and password, please.</source>
      <translation>Bitte Benutzername und Kennwort.</translation>
    </message>
    <message>
      <source>User name or password is not right, or the one-time password.</source>
      <translation>Benutzername oder Kennwort stimmt nicht, oder das Einmalkennwort.</translation>
    </message>
    <message>
      <source>Users</source>
      <comment>contract</comment>
      <translation>Benutzer</translation>
    </message>
    <message>
      <source>Utm campaign</source>
      <comment>contract</comment>
      <translation>UTM-Kampagne</translation>
    </message>
    <message>
      <source>Utm content</source>
      <comment>contract</comment>
      <translation>UTM-Inhalt</translation>
    </message>
    <message>
      <source>Utm medium</source>
      <comment>contract</comment>
      <translation>UTM-Medium</translation>
    </message>
    <message>
      <source>Utm source</source>
      <comment>contract</comment>
      <translation>UTM-Quelle</translation>
    </message>
    <message>
      <source>Utm term</source>
      <comment>contract</comment>
      <translation>UTM-Begriff</translation>
    </message>
    <message>
      <source>VAT number</source>
      <comment>contract</comment>
      <translation>USt-IdNr.</translation>
    </message>
    <message>
      <source>Valid from</source>
      <comment>contract</comment>
      <translation>Gültig ab</translation>
    </message>
    <message>
      <source>Valid to</source>
      <comment>contract</comment>
      <translation>Gültig bis</translation>
    </message>
    <message>
      <source>Valid until</source>
      <comment>contract</comment>
      <translation>Gültig bis</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Value</source>
      <comment>contract</comment>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Value is already taken</source>
      <translation>Der Wert ist schon vergeben</translation>
    </message>
    <message>
      <source>Verified at</source>
      <comment>contract</comment>
      <translation>Bestätigt am</translation>
    </message>
    <message>
      <source>Version</source>
      <comment>contract</comment>
      <translation>Version</translation>
    </message>
    <message>
      <source>View removed</source>
      <translation>Ansicht entfernt</translation>
    </message>
    <message>
      <source>View saved</source>
      <translation>Ansicht gespeichert</translation>
    </message>
    <message>
      <source>Waits for the server</source>
      <translation>Wartet auf den Server</translation>
    </message>
    <message>
      <source>Weaknesses</source>
      <comment>contract</comment>
      <translation>Schwächen</translation>
    </message>
    <message>
      <source>Website</source>
      <comment>contract</comment>
      <translation>Website</translation>
    </message>
    <message>
      <source>Week %1: %2 – %3</source>
      <translation>Woche %1: %2 – %3</translation>
    </message>
    <message>
      <source>Weighted amount</source>
      <comment>contract</comment>
      <translation>Gewichteter Betrag</translation>
    </message>
    <message>
      <source>What</source>
      <translation>Was</translation>
    </message>
    <message>
      <source>What cannot be read in this way is refused, and only that row</source>
      <translation>Was sich so nicht lesen lässt, wird abgelehnt, und nur diese Zeile</translation>
    </message>
    <message>
      <source>What is the meeting about? Enter plans it for the next hour</source>
      <translation>Worum geht es in dem Termin? Eingabe plant ihn für die nächste Stunde</translation>
    </message>
    <message>
      <source>What is to be done? Enter adds it, due tomorrow</source>
      <translation>Was ist zu tun? Eingabe fügt es hinzu, fällig morgen</translation>
    </message>
    <message>
      <source>What was found</source>
      <translation>Was gefunden wurde</translation>
    </message>
    <message>
      <source>What was the call about? Enter logs it</source>
      <translation>Worum ging es in dem Anruf? Eingabe hält ihn fest</translation>
    </message>
    <message>
      <source>What would happen</source>
      <translation>Was geschehen würde</translation>
    </message>
    <message>
      <source>What you type and do not save cannot be kept over a restart: %1</source>
      <translation>Was Sie eingeben und nicht speichern, kann nicht über einen Neustart aufgehoben werden: %1</translation>
    </message>
    <message>
      <source>What you typed before is here again. Save it, or take it back.</source>
      <translation>Was Sie zuvor eingegeben haben, ist wieder da. Speichern Sie es, oder nehmen Sie es zurück.</translation>
    </message>
    <message>
      <source>When</source>
      <translation>Wann</translation>
    </message>
    <message>
      <source>When you want to be reminded</source>
      <translation>Wann Sie erinnert werden möchten</translation>
    </message>
    <message>
      <source>Which</source>
      <translation>Welche</translation>
    </message>
    <message>
      <source>Which column is which field?</source>
      <translation>Welche Spalte ist welches Feld?</translation>
    </message>
    <message>
      <source>Who</source>
      <translation>Wer</translation>
    </message>
    <message>
      <source>Why</source>
      <translation>Warum</translation>
    </message>
    <message>
      <source>With what this computer has kept. You will be asked to sign in when the server is back.</source>
      <translation>Mit dem, was dieser Rechner aufgehoben hat. Wenn der Server wieder da ist, wird nach der Anmeldung gefragt.</translation>
    </message>
    <message>
      <source>Would be</source>
      <translation>Ergebnis</translation>
    </message>
    <message>
      <source>Write a note, Enter keeps it</source>
      <translation>Notiz schreiben, Eingabe hebt sie auf</translation>
    </message>
    <message>
      <source>Written as</source>
      <translation>Geschrieben als</translation>
    </message>
    <message>
      <source>Written by hand</source>
      <translation>Von Hand geschrieben</translation>
    </message>
    <message>
      <source>Year, month, day (2025-12-31)</source>
      <translation>Jahr, Monat, Tag (2025-12-31)</translation>
    </message>
    <message>
      <source>Yes</source>
      <translation>Ja</translation>
    </message>
    <message>
      <source>Yes or no, true or false, 1 or 0</source>
      <translation>Ja oder nein, wahr oder falsch, 1 oder 0</translation>
    </message>
    <message>
      <source>You can close this page and go back to Kontor.</source>
      <translation>Sie können diese Seite schließen und zu Kontor zurückkehren.</translation>
    </message>
    <message>
      <source>You may not %1</source>
      <translation>Sie dürfen das nicht: %1</translation>
    </message>
    <message>
      <source>You may not approve quotes.</source>
      <translation>Sie dürfen keine Angebote freigeben.</translation>
    </message>
    <message>
      <source>You may not change some of these fields.</source>
      <translation>Sie dürfen einige dieser Felder nicht ändern.</translation>
    </message>
    <message>
      <source>You may not change this %1</source>
      <translation>Sie dürfen diesen Datensatz nicht ändern (%1</translation>
    </message>
    <message>
      <source>You may not change this field.</source>
      <translation>Sie dürfen dieses Feld nicht ändern.</translation>
    </message>
    <message>
      <source>You may not change this lead.</source>
      <translation>Sie dürfen diesen Lead nicht ändern.</translation>
    </message>
    <message>
      <source>You may not change this opportunity.</source>
      <translation>Sie dürfen diese Verkaufschance nicht ändern.</translation>
    </message>
    <message>
      <source>You may not change this quote.</source>
      <translation>Sie dürfen dieses Angebot nicht ändern.</translation>
    </message>
    <message>
      <source>You may not convert leads.</source>
      <translation>Sie dürfen keine Leads umwandeln.</translation>
    </message>
    <message>
      <source>You may not create records of this kind.</source>
      <translation>Sie dürfen Datensätze dieser Art nicht anlegen.</translation>
    </message>
    <message>
      <source>You may not give records to this owner.</source>
      <translation>Sie dürfen diesem Besitzer nichts geben.</translation>
    </message>
    <message>
      <source>You may not merge records.</source>
      <translation>Sie dürfen keine Datensätze zusammenführen.</translation>
    </message>
    <message>
      <source>You may not see the field %1</source>
      <translation>Sie dürfen dieses Feld nicht sehen: %1</translation>
    </message>
    <message>
      <source>You will be asked to sign in at the next start: %1</source>
      <translation>Beim nächsten Start werden Sie nach der Anmeldung gefragt: %1</translation>
    </message>
    <message>
      <source>Your session has ended. Sign in again to go on.</source>
      <translation>Ihre Sitzung ist zu Ende. Melden Sie sich wieder an, um weiterzumachen.</translation>
    </message>
    <message>
      <source>Yours</source>
      <translation>Sie</translation>
    </message>
    <message>
      <source>about %L1</source>
      <translation>etwa %L1</translation>
    </message>
    <message>
      <source>about %L1 records</source>
      <translation>etwa %L1 Datensätze</translation>
    </message>
    <message>
      <source>accepted</source>
      <comment>contract</comment>
      <translation>Angenommen</translation>
    </message>
    <message>
      <source>active</source>
      <comment>contract</comment>
      <translation>Aktiv</translation>
    </message>
    <message>
      <source>after</source>
      <translation>nach</translation>
    </message>
    <message>
      <source>all</source>
      <comment>contract</comment>
      <translation>Alle</translation>
    </message>
    <message>
      <source>approved</source>
      <comment>contract</comment>
      <translation>Freigegeben</translation>
    </message>
    <message>
      <source>assigned</source>
      <comment>contract</comment>
      <translation>Zugewiesen</translation>
    </message>
    <message>
      <source>at least</source>
      <translation>mindestens</translation>
    </message>
    <message>
      <source>at most</source>
      <translation>höchstens</translation>
    </message>
    <message>
      <source>before</source>
      <translation>vor</translation>
    </message>
    <message>
      <source>begins with</source>
      <translation>beginnt mit</translation>
    </message>
    <message>
      <source>behaviour</source>
      <comment>contract</comment>
      <translation>Verhalten</translation>
    </message>
    <message>
      <source>belongs to a pipeline of other teams</source>
      <translation>gehört zur Pipeline anderer Teams</translation>
    </message>
    <message>
      <source>belongs to another record</source>
      <translation>gehört zu einem anderen Datensatz</translation>
    </message>
    <message>
      <source>belongs to another team</source>
      <translation>gehört zu einem anderen Team</translation>
    </message>
    <message>
      <source>bestCase</source>
      <comment>contract</comment>
      <translation>Bester Fall</translation>
    </message>
    <message>
      <source>billing</source>
      <comment>contract</comment>
      <translation>Rechnung</translation>
    </message>
    <message>
      <source>blocker</source>
      <comment>contract</comment>
      <translation>Verhinderer</translation>
    </message>
    <message>
      <source>boolean</source>
      <comment>contract</comment>
      <translation>Ja oder nein</translation>
    </message>
    <message>
      <source>bounced</source>
      <comment>contract</comment>
      <translation>Zurückgekommen</translation>
    </message>
    <message>
      <source>bundle</source>
      <comment>contract</comment>
      <translation>Paket</translation>
    </message>
    <message>
      <source>call</source>
      <comment>contract</comment>
      <translation>Anruf</translation>
    </message>
    <message>
      <source>cannot be emptied</source>
      <translation>kann nicht geleert werden</translation>
    </message>
    <message>
      <source>cannot be given together with userId</source>
      <translation>geht nicht zusammen mit einem Benutzer</translation>
    </message>
    <message>
      <source>cannot be had on this server</source>
      <translation>gibt es auf diesem Server nicht</translation>
    </message>
    <message>
      <source>chair</source>
      <comment>contract</comment>
      <translation>Leitung</translation>
    </message>
    <message>
      <source>champion</source>
      <comment>contract</comment>
      <translation>Fürsprecher</translation>
    </message>
    <message>
      <source>choice</source>
      <comment>contract</comment>
      <translation>Auswahl</translation>
    </message>
    <message>
      <source>closed</source>
      <comment>contract</comment>
      <translation>Geschlossen</translation>
    </message>
    <message>
      <source>cold</source>
      <comment>contract</comment>
      <translation>Kalt</translation>
    </message>
    <message>
      <source>commit</source>
      <comment>contract</comment>
      <translation>Zugesagt</translation>
    </message>
    <message>
      <source>competitor</source>
      <comment>contract</comment>
      <translation>Wettbewerber</translation>
    </message>
    <message>
      <source>complained</source>
      <comment>contract</comment>
      <translation>Beschwert</translation>
    </message>
    <message>
      <source>contains</source>
      <translation>enthält</translation>
    </message>
    <message>
      <source>contradicts another value</source>
      <translation>widerspricht einem anderen Wert</translation>
    </message>
    <message>
      <source>converted</source>
      <comment>contract</comment>
      <translation>Umgewandelt</translation>
    </message>
    <message>
      <source>create</source>
      <comment>contract</comment>
      <translation>Anlegen</translation>
    </message>
    <message>
      <source>created</source>
      <translation>angelegt</translation>
    </message>
    <message>
      <source>customer</source>
      <comment>contract</comment>
      <translation>Kunde</translation>
    </message>
    <message>
      <source>date</source>
      <comment>contract</comment>
      <translation>Datum</translation>
    </message>
    <message>
      <source>dateTime</source>
      <comment>contract</comment>
      <translation>Datum und Uhrzeit</translation>
    </message>
    <message>
      <source>decimal</source>
      <comment>contract</comment>
      <translation>Dezimalzahl</translation>
    </message>
    <message>
      <source>decisionMaker</source>
      <comment>contract</comment>
      <translation>Entscheider</translation>
    </message>
    <message>
      <source>declined</source>
      <comment>contract</comment>
      <translation>Abgelehnt</translation>
    </message>
    <message>
      <source>disqualified</source>
      <comment>contract</comment>
      <translation>Ausgeschieden</translation>
    </message>
    <message>
      <source>does not exist</source>
      <translation>gibt es nicht</translation>
    </message>
    <message>
      <source>does not have</source>
      <translation>hat nicht</translation>
    </message>
    <message>
      <source>does not have the form that is wanted</source>
      <translation>hat nicht die verlangte Form</translation>
    </message>
    <message>
      <source>done</source>
      <comment>contract</comment>
      <translation>Erledigt</translation>
    </message>
    <message>
      <source>draft</source>
      <comment>contract</comment>
      <translation>Entwurf</translation>
    </message>
    <message>
      <source>economicBuyer</source>
      <comment>contract</comment>
      <translation>Budgetverantwortlich</translation>
    </message>
    <message>
      <source>email</source>
      <comment>contract</comment>
      <translation>E-Mail</translation>
    </message>
    <message>
      <source>ends with</source>
      <translation>endet mit</translation>
    </message>
    <message>
      <source>evaluator</source>
      <comment>contract</comment>
      <translation>Prüfer</translation>
    </message>
    <message>
      <source>existing</source>
      <comment>contract</comment>
      <translation>Bestand</translation>
    </message>
    <message>
      <source>expired</source>
      <comment>contract</comment>
      <translation>Abgelaufen</translation>
    </message>
    <message>
      <source>failed</source>
      <comment>contract</comment>
      <translation>Fehlgeschlagen</translation>
    </message>
    <message>
      <source>fax</source>
      <comment>contract</comment>
      <translation>Fax</translation>
    </message>
    <message>
      <source>field</source>
      <comment>contract</comment>
      <translation>Feld</translation>
    </message>
    <message>
      <source>fits no record that you may see</source>
      <translation>passt zu keinem Datensatz, den Sie sehen dürfen</translation>
    </message>
    <message>
      <source>fits several records</source>
      <translation>passt zu mehreren Datensätzen</translation>
    </message>
    <message>
      <source>from</source>
      <translation>ab</translation>
    </message>
    <message>
      <source>good</source>
      <comment>contract</comment>
      <translation>Gut</translation>
    </message>
    <message>
      <source>hardBounced</source>
      <comment>contract</comment>
      <translation>Unzustellbar</translation>
    </message>
    <message>
      <source>has</source>
      <translation>hat</translation>
    </message>
    <message>
      <source>has a value</source>
      <translation>hat einen Wert</translation>
    </message>
    <message>
      <source>has another number of columns than the header</source>
      <translation>hat eine andere Zahl von Spalten als die Kopfzeile</translation>
    </message>
    <message>
      <source>has at most %1 decimals</source>
      <translation>hat höchstens %1 Nachkommastellen</translation>
    </message>
    <message>
      <source>has at most %1 digits before the point and %2 behind it</source>
      <translation>hat höchstens %1 Stellen vor dem Komma und %2 dahinter</translation>
    </message>
    <message>
      <source>has at most %1 entries</source>
      <translation>hat höchstens %1 Einträge</translation>
    </message>
    <message>
      <source>has no lines</source>
      <translation>hat keine Positionen</translation>
    </message>
    <message>
      <source>has no price in the price book</source>
      <translation>hat in der Preisliste keinen Preis</translation>
    </message>
    <message>
      <source>has no rate</source>
      <translation>hat keinen Kurs</translation>
    </message>
    <message>
      <source>has no rate in %1</source>
      <translation>hat keinen Kurs in %1</translation>
    </message>
    <message>
      <source>has no value</source>
      <translation>hat keinen Wert</translation>
    </message>
    <message>
      <source>has prices in %1</source>
      <translation>hat Preise in %1</translation>
    </message>
    <message>
      <source>has to be given where no price book has a price</source>
      <translation>muss angegeben sein, wo keine Preisliste einen Preis hat</translation>
    </message>
    <message>
      <source>has too many decimals</source>
      <translation>hat zu viele Nachkommastellen</translation>
    </message>
    <message>
      <source>has too many entries</source>
      <translation>hat zu viele Einträge</translation>
    </message>
    <message>
      <source>has too many rows</source>
      <translation>hat zu viele Zeilen</translation>
    </message>
    <message>
      <source>hidden</source>
      <comment>contract</comment>
      <translation>Verborgen</translation>
    </message>
    <message>
      <source>high</source>
      <comment>contract</comment>
      <translation>Hoch</translation>
    </message>
    <message>
      <source>holds a character that is not allowed in text</source>
      <translation>enthält ein Zeichen, das in Text nicht erlaubt ist</translation>
    </message>
    <message>
      <source>home</source>
      <comment>contract</comment>
      <translation>Privat</translation>
    </message>
    <message>
      <source>hot</source>
      <comment>contract</comment>
      <translation>Heiß</translation>
    </message>
    <message>
      <source>if you use one</source>
      <translation>wenn Sie eines verwenden</translation>
    </message>
    <message>
      <source>in</source>
      <comment>contract</comment>
      <translation>Eingehend</translation>
    </message>
    <message>
      <source>inReview</source>
      <comment>contract</comment>
      <translation>In Prüfung</translation>
    </message>
    <message>
      <source>inactive</source>
      <comment>contract</comment>
      <translation>Inaktiv</translation>
    </message>
    <message>
      <source>influencer</source>
      <comment>contract</comment>
      <translation>Beeinflusser</translation>
    </message>
    <message>
      <source>integer</source>
      <comment>contract</comment>
      <translation>Ganze Zahl</translation>
    </message>
    <message>
      <source>integration</source>
      <comment>contract</comment>
      <translation>Integration</translation>
    </message>
    <message>
      <source>invalid</source>
      <comment>contract</comment>
      <translation>Ungültig</translation>
    </message>
    <message>
      <source>investor</source>
      <comment>contract</comment>
      <translation>Investor</translation>
    </message>
    <message>
      <source>is</source>
      <translation>ist</translation>
    </message>
    <message>
      <source>is a card of another stage</source>
      <translation>ist eine Karte einer anderen Phase</translation>
    </message>
    <message>
      <source>is a stage of another pipeline</source>
      <translation>ist eine Phase einer anderen Pipeline</translation>
    </message>
    <message>
      <source>is a variant itself</source>
      <translation>ist selbst eine Variante</translation>
    </message>
    <message>
      <source>is asked for by the stage</source>
      <translation>verlangt diese Phase</translation>
    </message>
    <message>
      <source>is before validFrom</source>
      <translation>liegt vor dem Beginn der Gültigkeit</translation>
    </message>
    <message>
      <source>is below this category</source>
      <translation>liegt unter dieser Kategorie</translation>
    </message>
    <message>
      <source>is chosen twice</source>
      <translation>ist doppelt gewählt</translation>
    </message>
    <message>
      <source>is for the server to set</source>
      <translation>setzt der Server</translation>
    </message>
    <message>
      <source>is in another currency</source>
      <translation>ist in einer anderen Währung</translation>
    </message>
    <message>
      <source>is in another currency there; choose the currency from there too</source>
      <translation>hat dort eine andere Währung; wählen Sie auch die Währung von dort</translation>
    </message>
    <message>
      <source>is instead of discountPercent, not beside it</source>
      <translation>steht statt des Rabatts in Prozent, nicht daneben</translation>
    </message>
    <message>
      <source>is more than the line</source>
      <translation>ist mehr als die Position</translation>
    </message>
    <message>
      <source>is more than the lines together</source>
      <translation>ist mehr als alle Positionen zusammen</translation>
    </message>
    <message>
      <source>is not</source>
      <translation>ist nicht</translation>
    </message>
    <message>
      <source>is not a currency in use</source>
      <translation>ist keine Währung, die verwendet wird</translation>
    </message>
    <message>
      <source>is not a date</source>
      <translation>ist kein Datum</translation>
    </message>
    <message>
      <source>is not a date and time</source>
      <translation>ist kein Datum mit Uhrzeit</translation>
    </message>
    <message>
      <source>is not a filter that can be read</source>
      <translation>ist kein lesbarer Filter</translation>
    </message>
    <message>
      <source>is not a known field</source>
      <translation>ist kein bekanntes Feld</translation>
    </message>
    <message>
      <source>is not a lead status</source>
      <translation>ist kein Status von Leads</translation>
    </message>
    <message>
      <source>is not a member</source>
      <translation>gehört nicht dazu</translation>
    </message>
    <message>
      <source>is not a number</source>
      <translation>ist keine Zahl</translation>
    </message>
    <message>
      <source>is not a pipeline</source>
      <translation>ist keine Pipeline</translation>
    </message>
    <message>
      <source>is not a price book</source>
      <translation>ist keine Preisliste</translation>
    </message>
    <message>
      <source>is not a product</source>
      <translation>ist kein Produkt</translation>
    </message>
    <message>
      <source>is not a stage</source>
      <translation>ist keine Phase</translation>
    </message>
    <message>
      <source>is not a whole number</source>
      <translation>ist keine ganze Zahl</translation>
    </message>
    <message>
      <source>is not converted</source>
      <translation>ist nicht umgewandelt</translation>
    </message>
    <message>
      <source>is not defined</source>
      <translation>ist nicht angelegt</translation>
    </message>
    <message>
      <source>is not in use</source>
      <translation>wird nicht verwendet</translation>
    </message>
    <message>
      <source>is not of the right kind</source>
      <translation>ist nicht von der richtigen Art</translation>
    </message>
    <message>
      <source>is not the id of a user</source>
      <translation>ist kein Benutzer</translation>
    </message>
    <message>
      <source>is not written as it should be</source>
      <translation>ist nicht so geschrieben, wie es sein soll</translation>
    </message>
    <message>
      <source>is not written as this field is</source>
      <translation>ist nicht so geschrieben, wie dieses Feld es verlangt</translation>
    </message>
    <message>
      <source>is not yours</source>
      <translation>gehört Ihnen nicht</translation>
    </message>
    <message>
      <source>is outside of its bounds</source>
      <translation>liegt außerhalb seiner Grenzen</translation>
    </message>
    <message>
      <source>is reached by converting the lead</source>
      <translation>wird durch Umwandeln des Leads erreicht</translation>
    </message>
    <message>
      <source>is set by the server</source>
      <translation>setzt der Server</translation>
    </message>
    <message>
      <source>is somebody else, which takes the permission forecast</source>
      <translation>ist jemand anderes; dafür braucht es das Recht auf die Prognose</translation>
    </message>
    <message>
      <source>is taken already</source>
      <translation>ist schon vergeben</translation>
    </message>
    <message>
      <source>is too large</source>
      <translation>ist zu groß</translation>
    </message>
    <message>
      <source>is too large in the base currency</source>
      <translation>ist in der Hauswährung zu groß</translation>
    </message>
    <message>
      <source>is too long</source>
      <translation>ist zu lang</translation>
    </message>
    <message>
      <source>is too short</source>
      <translation>ist zu kurz</translation>
    </message>
    <message>
      <source>leastBusy</source>
      <comment>contract</comment>
      <translation>Wer am wenigsten hat</translation>
    </message>
    <message>
      <source>legal</source>
      <comment>contract</comment>
      <translation>Rechtlich</translation>
    </message>
    <message>
      <source>less than</source>
      <translation>weniger als</translation>
    </message>
    <message>
      <source>lines</source>
      <comment>contract</comment>
      <translation>Positionen</translation>
    </message>
    <message>
      <source>log</source>
      <comment>contract</comment>
      <translation>Festhalten</translation>
    </message>
    <message>
      <source>lost</source>
      <comment>contract</comment>
      <translation>Verloren</translation>
    </message>
    <message>
      <source>low</source>
      <comment>contract</comment>
      <translation>Niedrig</translation>
    </message>
    <message>
      <source>manual</source>
      <comment>contract</comment>
      <translation>Von Hand</translation>
    </message>
    <message>
      <source>matched</source>
      <comment>contract</comment>
      <translation>Zutreffend</translation>
    </message>
    <message>
      <source>meeting</source>
      <comment>contract</comment>
      <translation>Termin</translation>
    </message>
    <message>
      <source>mobile</source>
      <comment>contract</comment>
      <translation>Mobil</translation>
    </message>
    <message>
      <source>more than</source>
      <translation>mehr als</translation>
    </message>
    <message>
      <source>must be 1 or more</source>
      <translation>muss mindestens 1 sein</translation>
    </message>
    <message>
      <source>must be a country in two capital letters such as DE</source>
      <translation>muss ein Land in zwei Großbuchstaben sein, etwa DE</translation>
    </message>
    <message>
      <source>must be a currency in three capital letters such as EUR</source>
      <translation>muss eine Währung in drei Großbuchstaben sein, etwa EUR</translation>
    </message>
    <message>
      <source>must be a date, such as %1</source>
      <translation>muss ein Datum sein, etwa %1</translation>
    </message>
    <message>
      <source>must be a language such as en or de-AT</source>
      <translation>muss eine Sprache sein, etwa en oder de-AT</translation>
    </message>
    <message>
      <source>must be a number</source>
      <translation>muss eine Zahl sein</translation>
    </message>
    <message>
      <source>must be a status of the category converted</source>
      <translation>muss ein Status der Kategorie „umgewandelt“ sein</translation>
    </message>
    <message>
      <source>must be a telephone number such as +49 30 1234567</source>
      <translation>muss eine Telefonnummer sein, etwa +49 30 1234567</translation>
    </message>
    <message>
      <source>must be a time with a zone, such as %1</source>
      <translation>muss ein Zeitpunkt mit Zone sein, etwa %1</translation>
    </message>
    <message>
      <source>must be a time zone such as Europe/Berlin</source>
      <translation>muss eine Zeitzone sein, etwa Europe/Berlin</translation>
    </message>
    <message>
      <source>must be a whole number</source>
      <translation>muss eine ganze Zahl sein</translation>
    </message>
    <message>
      <source>must be an address of the web</source>
      <translation>muss eine Webadresse sein</translation>
    </message>
    <message>
      <source>must be an address of the web such as https://www.example.com</source>
      <translation>muss eine Webadresse sein, etwa https://www.example.com</translation>
    </message>
    <message>
      <source>must be an e-mail address such as ana@example.com</source>
      <translation>muss eine E-Mail-Adresse sein, etwa ana@example.com</translation>
    </message>
    <message>
      <source>must be an e-mail address that can be written to</source>
      <translation>muss eine E-Mail-Adresse sein, an die man schreiben kann</translation>
    </message>
    <message>
      <source>must be an id: a UUID in text</source>
      <translation>muss ein Datensatz sein</translation>
    </message>
    <message>
      <source>must be another product</source>
      <translation>muss ein anderes Produkt sein</translation>
    </message>
    <message>
      <source>must be at least %1</source>
      <translation>muss mindestens %1 sein</translation>
    </message>
    <message>
      <source>must be at most %1</source>
      <translation>darf höchstens %1 sein</translation>
    </message>
    <message>
      <source>must be from %1 to %2</source>
      <translation>muss zwischen %1 und %2 liegen</translation>
    </message>
    <message>
      <source>must be given</source>
      <translation>muss angegeben sein</translation>
    </message>
    <message>
      <source>must be later than from</source>
      <translation>muss nach dem Anfang liegen</translation>
    </message>
    <message>
      <source>must be more than 0</source>
      <translation>muss größer als 0 sein</translation>
    </message>
    <message>
      <source>must be one of the choices</source>
      <translation>muss eine der Möglichkeiten sein</translation>
    </message>
    <message>
      <source>must be one of: %1</source>
      <translation>muss eines davon sein: %1</translation>
    </message>
    <message>
      <source>must be somebody else</source>
      <translation>muss jemand anderes sein</translation>
    </message>
    <message>
      <source>must be the first day of a month</source>
      <translation>muss der erste Tag eines Monats sein</translation>
    </message>
    <message>
      <source>must be true or false</source>
      <translation>muss ja oder nein sein</translation>
    </message>
    <message>
      <source>must begin with a small letter, followed by letters and digits</source>
      <translation>muss mit einem kleinen Buchstaben beginnen, gefolgt von Buchstaben und Ziffern</translation>
    </message>
    <message>
      <source>must change something</source>
      <translation>muss etwas ändern</translation>
    </message>
    <message>
      <source>must have a value</source>
      <translation>braucht einen Wert</translation>
    </message>
    <message>
      <source>must have at least %1 characters</source>
      <translation>braucht mindestens %1 Zeichen</translation>
    </message>
    <message>
      <source>must have at least one item</source>
      <translation>braucht mindestens einen Eintrag</translation>
    </message>
    <message>
      <source>must have at most %1 characters</source>
      <translation>darf höchstens %1 Zeichen haben</translation>
    </message>
    <message>
      <source>must have at most %1 decimals</source>
      <translation>darf höchstens %1 Nachkommastellen haben</translation>
    </message>
    <message>
      <source>must have at most %1 digits before the decimal point</source>
      <translation>darf höchstens %1 Stellen vor dem Komma haben</translation>
    </message>
    <message>
      <source>must have at most %1 items</source>
      <translation>darf höchstens %1 Einträge haben</translation>
    </message>
    <message>
      <source>must not be before outFrom</source>
      <translation>darf nicht vor dem Beginn der Abwesenheit liegen</translation>
    </message>
    <message>
      <source>must not be before startAt</source>
      <translation>darf nicht vor dem Beginn liegen</translation>
    </message>
    <message>
      <source>must not be empty</source>
      <translation>darf nicht leer sein</translation>
    </message>
    <message>
      <source>must not be empty: there is nothing to offer</source>
      <translation>darf nicht leer sein: es gibt nichts anzubieten</translation>
    </message>
    <message>
      <source>must not be negative</source>
      <translation>darf nicht negativ sein</translation>
    </message>
    <message>
      <source>must satisfy %1</source>
      <translation>muss erfüllen: %1</translation>
    </message>
    <message>
      <source>must say what to change</source>
      <translation>muss sagen, was zu ändern ist</translation>
    </message>
    <message>
      <source>must say which records</source>
      <translation>muss sagen, welche Datensätze</translation>
    </message>
    <message>
      <source>needsAction</source>
      <comment>contract</comment>
      <translation>Ohne Antwort</translation>
    </message>
    <message>
      <source>new</source>
      <comment>contract</comment>
      <translation>Neu</translation>
    </message>
    <message>
      <source>none</source>
      <comment>contract</comment>
      <translation>Keine</translation>
    </message>
    <message>
      <source>noneAvailable</source>
      <comment>contract</comment>
      <translation>Niemand verfügbar</translation>
    </message>
    <message>
      <source>normal</source>
      <comment>contract</comment>
      <translation>Normal</translation>
    </message>
    <message>
      <source>notMatched</source>
      <comment>contract</comment>
      <translation>Nicht zutreffend</translation>
    </message>
    <message>
      <source>note</source>
      <comment>contract</comment>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>ok</source>
      <comment>contract</comment>
      <translation>In Ordnung</translation>
    </message>
    <message>
      <source>omitted</source>
      <comment>contract</comment>
      <translation>Ausgelassen</translation>
    </message>
    <message>
      <source>on</source>
      <translation>am</translation>
    </message>
    <message>
      <source>open</source>
      <comment>contract</comment>
      <translation>Offen</translation>
    </message>
    <message>
      <source>optional</source>
      <comment>contract</comment>
      <translation>Optional</translation>
    </message>
    <message>
      <source>other</source>
      <comment>contract</comment>
      <translation>Andere</translation>
    </message>
    <message>
      <source>out</source>
      <comment>contract</comment>
      <translation>Ausgehend</translation>
    </message>
    <message>
      <source>own</source>
      <comment>contract</comment>
      <translation>Eigene</translation>
    </message>
    <message>
      <source>partiesWritten</source>
      <comment>contract</comment>
      <translation>Parteien geschrieben</translation>
    </message>
    <message>
      <source>partner</source>
      <comment>contract</comment>
      <translation>Partner</translation>
    </message>
    <message>
      <source>phone</source>
      <comment>contract</comment>
      <translation>Telefon</translation>
    </message>
    <message>
      <source>pipeline</source>
      <comment>contract</comment>
      <translation>Pipeline</translation>
    </message>
    <message>
      <source>post</source>
      <comment>contract</comment>
      <translation>Post</translation>
    </message>
    <message>
      <source>prospect</source>
      <comment>contract</comment>
      <translation>Interessent</translation>
    </message>
    <message>
      <source>qualified</source>
      <comment>contract</comment>
      <translation>Qualifiziert</translation>
    </message>
    <message>
      <source>queue</source>
      <comment>contract</comment>
      <translation>Warteschlange</translation>
    </message>
    <message>
      <source>readOnly</source>
      <comment>contract</comment>
      <translation>Nur lesen</translation>
    </message>
    <message>
      <source>refused</source>
      <translation>abgelehnt</translation>
    </message>
    <message>
      <source>regular</source>
      <comment>contract</comment>
      <translation>Regulär</translation>
    </message>
    <message>
      <source>rejected</source>
      <comment>contract</comment>
      <translation>Abgelehnt</translation>
    </message>
    <message>
      <source>renewal</source>
      <comment>contract</comment>
      <translation>Verlängerung</translation>
    </message>
    <message>
      <source>required</source>
      <comment>contract</comment>
      <translation>Erforderlich</translation>
    </message>
    <message>
      <source>reseller</source>
      <comment>contract</comment>
      <translation>Wiederverkäufer</translation>
    </message>
    <message>
      <source>roundRobin</source>
      <comment>contract</comment>
      <translation>Reihum</translation>
    </message>
    <message>
      <source>sent</source>
      <comment>contract</comment>
      <translation>Gesendet</translation>
    </message>
    <message>
      <source>service</source>
      <comment>contract</comment>
      <translation>Dienst</translation>
    </message>
    <message>
      <source>shipping</source>
      <comment>contract</comment>
      <translation>Lieferung</translation>
    </message>
    <message>
      <source>since … days ago</source>
      <translation>seit … Tagen</translation>
    </message>
    <message>
      <source>softBouncing</source>
      <comment>contract</comment>
      <translation>Vorübergehend unzustellbar</translation>
    </message>
    <message>
      <source>somebody else has changed it. It has been brought up to date</source>
      <translation>jemand anderes hat es geändert. Es ist wieder auf dem neuesten Stand</translation>
    </message>
    <message>
      <source>stage</source>
      <comment>contract</comment>
      <translation>Phase</translation>
    </message>
    <message>
      <source>started</source>
      <comment>contract</comment>
      <translation>Begonnen</translation>
    </message>
    <message>
      <source>subscription</source>
      <comment>contract</comment>
      <translation>Abonnement</translation>
    </message>
    <message>
      <source>superseded</source>
      <comment>contract</comment>
      <translation>Ersetzt</translation>
    </message>
    <message>
      <source>system</source>
      <comment>contract</comment>
      <translation>System</translation>
    </message>
    <message>
      <source>task</source>
      <comment>contract</comment>
      <translation>Aufgabe</translation>
    </message>
    <message>
      <source>team</source>
      <comment>contract</comment>
      <translation>Team</translation>
    </message>
    <message>
      <source>tentative</source>
      <comment>contract</comment>
      <translation>Vorläufig</translation>
    </message>
    <message>
      <source>text</source>
      <comment>contract</comment>
      <translation>Text</translation>
    </message>
    <message>
      <source>the first %L1 records</source>
      <translation>die ersten %L1 Datensätze</translation>
    </message>
    <message>
      <source>there is no header</source>
      <translation>es gibt keine Kopfzeile</translation>
    </message>
    <message>
      <source>until</source>
      <translation>bis</translation>
    </message>
    <message>
      <source>until … days from now</source>
      <translation>bis in … Tagen</translation>
    </message>
    <message>
      <source>unverified</source>
      <comment>contract</comment>
      <translation>Ungeprüft</translation>
    </message>
    <message>
      <source>update</source>
      <comment>contract</comment>
      <translation>Ändern</translation>
    </message>
    <message>
      <source>updated</source>
      <translation>geändert</translation>
    </message>
    <message>
      <source>upsell</source>
      <comment>contract</comment>
      <translation>Ausbau</translation>
    </message>
    <message>
      <source>urgent</source>
      <comment>contract</comment>
      <translation>Dringend</translation>
    </message>
    <message>
      <source>user</source>
      <comment>contract</comment>
      <translation>Benutzer</translation>
    </message>
    <message>
      <source>vCards of version 2.1 are not read; export them as 3.0 or 4.0.</source>
      <translation>vCards der Version 2.1 werden nicht gelesen; exportieren Sie sie als 3.0 oder 4.0.</translation>
    </message>
    <message>
      <source>vCards, %1</source>
      <translation>vCards, %1</translation>
    </message>
    <message>
      <source>vendor</source>
      <comment>contract</comment>
      <translation>Lieferant</translation>
    </message>
    <message>
      <source>warm</source>
      <comment>contract</comment>
      <translation>Warm</translation>
    </message>
    <message>
      <source>won</source>
      <comment>contract</comment>
      <translation>Gewonnen</translation>
    </message>
    <message>
      <source>work</source>
      <comment>contract</comment>
      <translation>Arbeit</translation>
    </message>
    <message>
      <source>working</source>
      <comment>contract</comment>
      <translation>In Arbeit</translation>
    </message>
    <message>
      <source>would make the account its own ancestor</source>
      <translation>würde die Firma zu ihrer eigenen Mutterfirma machen</translation>
    </message>
    <message>
      <source>would make the contact report to itself</source>
      <translation>würde den Kontakt sich selbst unterstellen</translation>
    </message>
    <message>
      <source>would make the record its own ancestor</source>
      <translation>würde den Datensatz sich selbst unterordnen</translation>
    </message>
    <message>
      <source>write</source>
      <comment>contract</comment>
      <translation>Schreiben</translation>
    </message>
  </context>
</TS>
