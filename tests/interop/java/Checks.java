// Lines "ok NAME" and "not ok NAME — why" for the Java programs of the interoperability tests.

import java.util.Objects;

class Checks {
    private static int failures = 0;

    interface Call {
        void run() throws Exception;
    }

    static void check(String name, boolean condition, Object why) {
        if (condition) {
            System.out.println("ok " + name);
            return;
        }
        failures++;
        System.out.println("not ok " + name + " — " + String.valueOf(why).replaceAll("\\s+", " "));
    }

    static void equal(String name, Object actual, Object expected) {
        check(name, Objects.equals(actual, expected), "expected " + expected + ", got " + actual);
    }

    /** Runs a program to its end, which is that of the process. */
    static void finish(Call scenario) throws Exception {
        System.setOut(new java.io.PrintStream(System.out, true, "UTF-8"));
        try {
            scenario.run();
        } catch (Exception problem) {
            problem.printStackTrace();
            check("the client runs to its end", false, problem);
        }
        System.exit(failures == 0 ? 0 : 1);
    }

    static String url() {
        return System.getenv("KONTOR_URL").replaceAll("/+$", "");
    }
}
