<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
  <context>
    <name>kontor</name>
    <message numerus="yes">
      <source> – %n change(s) need you</source>
      <translation>
        <numerusform> – %n change needs you</numerusform>
        <numerusform> – %n changes need you</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source> – %n change(s) wait</source>
      <translation>
        <numerusform> – %n change waits</numerusform>
        <numerusform> – %n changes wait</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n change(s) made off line are on the server now.</source>
      <translation>
        <numerusform>%n change made off line is on the server now.</numerusform>
        <numerusform>%n changes made off line are on the server now.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n day(s) before</source>
      <translation>
        <numerusform>%n day before</numerusform>
        <numerusform>%n days before</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n hour(s) before</source>
      <translation>
        <numerusform>%n hour before</numerusform>
        <numerusform>%n hours before</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s) before</source>
      <translation>
        <numerusform>%n minute before</numerusform>
        <numerusform>%n minutes before</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n new record(s) that you had begun are open again.</source>
      <translation>
        <numerusform>%n new record that you had begun is open again.</numerusform>
        <numerusform>%n new records that you had begun are open again.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n new – show</source>
      <translation>
        <numerusform>%n new – show</numerusform>
        <numerusform>%n new – show</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s)</source>
      <translation>
        <numerusform>%n record</numerusform>
        <numerusform>%n records</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) &amp;like it</source>
      <translation>
        <numerusform>%n record &amp;like it</numerusform>
        <numerusform>%n records &amp;like it</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) changed</source>
      <translation>
        <numerusform>%n record changed</numerusform>
        <numerusform>%n records changed</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) deleted</source>
      <translation>
        <numerusform>%n record deleted</numerusform>
        <numerusform>%n records deleted</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n record(s) merged into %1.</source>
      <translation>
        <numerusform>%n record merged into %1.</numerusform>
        <numerusform>%n records merged into %1.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n row(s)</source>
      <translation>
        <numerusform>%n row</numerusform>
        <numerusform>%n rows</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>&amp;The %n selected</source>
      <translation>
        <numerusform>&amp;The selected one</numerusform>
        <numerusform>&amp;The %n selected</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>, %n refused</source>
      <translation>
        <numerusform>, %n refused</numerusform>
        <numerusform>, %n refused</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>In %n minute(s)</source>
      <translation>
        <numerusform>In %n minute</numerusform>
        <numerusform>In %n minutes</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Taken back, but for %n record(s) that somebody has changed since</source>
      <translation>
        <numerusform>Taken back, but for %n record that somebody has changed since</numerusform>
        <numerusform>Taken back, but for %n records that somebody has changed since</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>They were not changed. These are the first %n; the file has them all.</source>
      <translation>
        <numerusform>It was not changed. This is the first; the file has them all.</numerusform>
        <numerusform>They were not changed. These are the first %n; the file has them all.</numerusform>
      </translation>
    </message>
  </context>
</TS>
