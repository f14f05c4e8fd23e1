import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.net.InetSocketAddress;
import java.util.List;

/** Speaks MongoDB's protocol on 127.0.0.1: {@code java -cp 'jars/*' MongodbServer.java PORT [FILE]}; without a file it keeps everything in memory. */
class MongodbServer {
  /** What mongoose 9 asks for at least: MongoDB 5 with wire version 13. */
  private static final MongoVersion VERSION =
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

  public static void main(String[] args) throws Exception {
    H2Backend backend = args.length > 1 ? new H2Backend(args[1]) : H2Backend.inMemory();
    MongoServer server = new MongoServer(backend.version(VERSION));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow)); // closes the file, which keeps what was written
    server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    System.in.transferTo(java.io.OutputStream.nullOutputStream()); // ends with the process that started it
    System.exit(0);
  }
}
