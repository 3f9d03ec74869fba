// Holds WSDLs against WS-I Basic Profile 1.1 with the checker that comes with Mono.
//
//     mono Conformance.exe FILE…    the schemas must lie beside the files
//
// Prints ok or not ok for each file, and with the latter what the profile objects to.

using System;
using System.CodeDom;
using System.IO;
using System.Web.Services;
using System.Web.Services.Description;
using System.Web.Services.Discovery;

static class Conformance
{
    static int Main(string[] files)
    {
        bool failed = files.Length == 0;
        foreach (string file in files)
        {
            string objections = ObjectionsTo(Path.GetFullPath(file));
            string name = "WS-I Basic Profile 1.1: " + Path.GetFileName(file);
            Console.WriteLine(objections.Length == 0 ? "ok " + name : "not ok " + name + " — " + objections);
            failed = failed || objections.Length > 0;
        }
        return failed ? 1 : 0;
    }

    static string ObjectionsTo(string path)
    {
        try
        {
            var documents = new DiscoveryClientProtocol();
            documents.DiscoverAny(new Uri(path).AbsoluteUri);
            documents.ResolveAll();
            var violations = new BasicProfileViolationCollection();
            var reference = new WebReference(documents.Documents, new CodeNamespace());
            WebServicesInteroperability.CheckConformance(WsiProfiles.BasicProfile1_1, reference, violations);
            string text = "";
            foreach (BasicProfileViolation violation in violations)
            {
                text += violation.NormativeStatement + ": " + violation.Details;
                foreach (string element in violation.Elements) text += " [" + element + "]";
                text += " ";
            }
            return text.Trim();
        }
        catch (Exception problem)
        {
            return problem.GetType().Name + ": " + problem.Message;
        }
    }
}
