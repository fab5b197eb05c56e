import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;

/**
 * A server of the MongoDB wire protocol for tests: mongo-java-server on a file. It knows single documents, indexes and
 * the classic update operators; no sessions, transactions, update pipelines, partial indexes, replica sets or explain.
 * Arguments: file, port.
 */
public class MongoServer {
  /** The least that the driver talks to. The server itself announces 4.2, though it answers all that we ask of 5.0. */
  private static final MongoVersion ANNOUNCED =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
          return 13;
        }
      };

  public static void main(String[] arguments) {
    H2Backend backend =
        new H2Backend(arguments[0]) {
          /** It writes to its file now and then; what was acknowledged has to outlive a SIGKILL. */
          @Override
          public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            commit();
            return answer;
          }
        };
    backend.version(ANNOUNCED);
    de.bwaldvogel.mongo.MongoServer server = new de.bwaldvogel.mongo.MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    System.out.println("ready");
  }
}
