import java.io.FileInputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Says of each file and standard whether it holds, and which rules it breaks. */
public class Validate {
  public static void main(String[] files) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    boolean holds = true;
    for (String file : files) {
      for (PDFAFlavour standard : List.of(PDFAFlavour.PDFA_2_A, PDFAFlavour.PDFUA_1)) {
        holds &= holds(file, standard);
      }
    }
    System.exit(holds ? 0 : 1);
  }

  private static boolean holds(String file, PDFAFlavour standard) throws Exception {
    var foundry = Foundries.defaultInstance();
    try (PDFAParser parser = foundry.createParser(new FileInputStream(file), standard)) {
      ValidationResult result = foundry.createValidator(standard, false).validate(parser);
      String verdict = result.isCompliant() ? "holds" : "does not hold";
      System.out.println(file + ": " + standard + " " + verdict + ", " + result.getTotalAssertions() + " checks");
      Set<String> broken = new TreeSet<>();
      for (TestAssertion one : result.getTestAssertions()) {
        if (one.getStatus() == TestAssertion.Status.FAILED) {
          broken.add("  " + one.getRuleId() + ": " + one.getMessage());
        }
      }
      broken.forEach(System.out::println);
      return result.isCompliant();
    }
  }
}
