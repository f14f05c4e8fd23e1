import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

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
    MVStore store = MVStore.open(args.length > 1 ? args[1] : null);
    MongoServer server = new MongoServer(new IndexedBackend(store).version(VERSION));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow)); // closes the file, which keeps what was written
    server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    System.in.transferTo(java.io.OutputStream.nullOutputStream()); // ends with the process that started it
    System.exit(0);
  }
}

/** The library's backend, which knows unique indexes and exact values only, with databases whose indexes serve ranges, prefixes and sorts too. */
final class IndexedBackend extends H2Backend {
  IndexedBackend(MVStore store) {
    super(store);
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new IndexedDatabase(name, getCursorRegistry());
  }

  /** An inner class, because the library opens the collections while it constructs the database: by then only the outer instance is known. */
  private final class IndexedDatabase extends H2Database {
    IndexedDatabase(String name, CursorRegistry cursors) {
      super(name, getMvStore(), cursors);
    }

    /** Under the names of the library, which drops and renames the maps by them. */
    @Override
    protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
      String namespace = getFullCollectionNamespace(name);
      MVMap<Object, Document> documents = getMvStore().openMap("databases." + namespace);
      MVMap<String, Object> meta = getMvStore().openMap("meta." + namespace);
      return new IndexedCollection(this, name, options, documents, meta, cursorRegistry);
    }

    @Override
    protected Index<Object> openOrCreateSecondaryIndex(String collection, String index, List<IndexKey> keys, boolean sparse) {
      return new DeclaredIndex(index, keys, sparse);
    }

    @Override
    public Document handleCommand(Channel channel, String command, Document query, DatabaseResolver databases, Oplog oplog) {
      Supplier<Document> answer = () -> super.handleCommand(channel, command, query, databases, oplog);
      Document match = command.equalsIgnoreCase("aggregate") ? leadingMatch(query) : null;
      if (match != null && resolveCollection(query.get(command).toString(), false) instanceof IndexedCollection collection)
        return collection.aggregating(match, answer);
      return answer.get();
    }

    /** Null unless the pipeline begins with a condition that stands by itself: with `let` it may speak of variables. */
    private static Document leadingMatch(Document query) {
      boolean readable = query.get("pipeline") instanceof List<?> stages && !stages.isEmpty() && !query.containsKey("let");
      if (!readable || !(((List<?>) query.get("pipeline")).get(0) instanceof Document first)) return null;
      return first.get("$match") instanceof Document match ? match : null;
    }
  }
}

/** Stands for an index without uniqueness in the library's own list; {@link IndexedCollection} keeps what it contains. */
final class DeclaredIndex extends EmptyIndex<Object> {
  final boolean sparse;

  DeclaredIndex(String name, List<IndexKey> keys, boolean sparse) {
    super(name, keys);
    this.sparse = sparse;
  }
}

/** A collection that answers from the sorted keys of its indexes, of `_id` too, and only where none of them helps from all documents. */
final class IndexedCollection extends H2Collection {
  private final Map<String, SortedKeys> indexes = new LinkedHashMap<>();
  private final ThreadLocal<Document> leadingMatch = new ThreadLocal<>();

  IndexedCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      MVMap<Object, Document> documents,
      MVMap<String, Object> meta,
      CursorRegistry cursors) {
    super(database, name, options, documents, meta, cursors);
  }

  @Override
  public synchronized void addIndex(Index<Object> index) {
    super.addIndex(index);
    indexes.computeIfAbsent(index.getName(), name -> build(index));
  }

  private SortedKeys build(Index<Object> index) {
    boolean sparse = index instanceof DeclaredIndex declared ? declared.sparse : index.toIndexDescription().containsKey("sparse");
    SortedKeys keys = new SortedKeys(index.getKeys(), sparse);
    streamAllDocumentsWithPosition().forEach(each -> keys.add(each.getDocument(), each.getPosition()));
    return keys;
  }

  @Override
  public synchronized void dropIndex(String name) {
    super.dropIndex(name);
    indexes.remove(name);
  }

  @Override
  protected synchronized Object addDocumentInternal(Document document) {
    Object position = super.addDocumentInternal(document);
    indexes.values().forEach(index -> index.add(document, position));
    return position;
  }

  @Override
  protected synchronized void removeDocument(Object position) {
    Document document = getDocument(position);
    super.removeDocument(position);
    indexes.values().forEach(index -> index.remove(document, position));
  }

  @Override
  protected synchronized void handleUpdate(Object position, Document before, Document after) {
    super.handleUpdate(position, before, after);
    indexes.values().forEach(index -> index.update(before, after, position));
  }

  /** Finds, counts, updates and deletions all come through here. An index may offer too much: every document is looked at again. */
  @Override
  protected synchronized QueryResult queryDocuments(
      Document query, Document sort, int skip, int limit, int batchSize, Document fields) {
    Plan plan = Plan.best(indexes.values(), Condition.in(query), sort, limit);
    if (plan == null) return super.queryDocuments(query, sort, skip, limit, batchSize, fields);
    Document openSort = plan.isSorted() ? null : sort;
    return matchDocumentsFromStream(plan.positions().map(this::getDocument), query, openSort, skip, limit, batchSize, fields);
  }

  /** Answers an aggregation whose first stage is this condition. */
  Document aggregating(Document match, Supplier<Document> answer) {
    leadingMatch.set(match);
    try {
      return answer.get();
    } finally {
      leadingMatch.remove();
    }
  }

  /** A pipeline begins with all documents: only with those of its first condition, once, as later stages may read this collection again. */
  @Override
  public Stream<Document> queryAllAsStream() {
    Document match = leadingMatch.get();
    leadingMatch.remove();
    return match == null ? super.queryAllAsStream() : handleQueryAsStream(new Document("$query", match));
  }
}

/** What a query asks of one field, as far as an order of values can say it: one of some values, or a range of one type. */
final class Condition {
  /** Distinct and ascending; null means that there is a range instead. */
  NavigableSet<Object> values;

  Bound lower;
  Bound upper;

  record Bound(Object value, boolean inclusive) {}

  /** Conditions that all must hold, by field; what is not among them is for the library to check, document by document. */
  static Map<String, Condition> in(Document query) {
    Map<String, Condition> found = new HashMap<>();
    collect(query, found);
    found.values().removeIf(condition -> condition.values == null && condition.lower == null && condition.upper == null);
    return found;
  }

  private static void collect(Document query, Map<String, Condition> found) {
    query.forEach(
        (field, asked) -> {
          if (field.equals("$and") && asked instanceof Collection<?> parts) {
            for (Object part : parts) if (part instanceof Document document) collect(document, found);
          } else if (!field.startsWith("$")) {
            found.computeIfAbsent(field, name -> new Condition()).narrow(asked);
          }
        });
  }

  private void narrow(Object asked) {
    if (asked instanceof Document operators) operators.forEach(this::narrow);
    else narrow("$eq", asked);
  }

  /** The first condition of a kind counts: what a second one takes away is taken away later. */
  private void narrow(String operator, Object operand) {
    switch (operator) {
      case "$eq" -> oneOf(Collections.singletonList(operand));
      case "$in" -> {
        if (operand instanceof Collection<?> several) oneOf(several);
      }
      case "$gt", "$gte" -> lower = lower == null ? bound(operand, operator) : lower;
      case "$lt", "$lte" -> upper = upper == null ? bound(operand, operator) : upper;
      default -> {}
    }
  }

  private void oneOf(Collection<?> several) {
    if (values != null || !several.stream().allMatch(Values::hasPlace)) return;
    values = new TreeSet<>(Values::compare);
    values.addAll(several);
  }

  /** Null beside null: the library finds nothing greater or less than null. */
  private static Bound bound(Object operand, String operator) {
    boolean ordered = Values.hasPlace(operand) && Values.rank(operand) != Values.NOTHING;
    return ordered ? new Bound(operand, operator.endsWith("e")) : null;
  }

  boolean isOneValue() {
    return values != null && values.size() == 1;
  }

  boolean isAlsoOfNothing() {
    return values != null && !values.isEmpty() && Values.rank(values.first()) == Values.NOTHING;
  }

  /** The type that a range stays in. */
  int rank() {
    return Values.rank((lower == null ? upper : lower).value());
  }
}

/** The order of values in an index: the library's, for the values that it orders in the same way wherever they stand. */
final class Values {
  static final int NOTHING = 0;

  /** Compares equal to every value of a type. */
  record Type(int rank) {}

  /** Whether the value can be a key; arrays, documents and rare types cannot. */
  static boolean hasPlace(Object value) {
    return rank(value) >= 0;
  }

  static int rank(Object value) {
    if (value instanceof Type type) return type.rank();
    if (Missing.isNullOrMissing(value)) return NOTHING;
    if (value instanceof Number) return value instanceof Decimal128 ? -1 : 1;
    if (value instanceof String) return 2;
    if (value instanceof ObjectId) return 3;
    if (value instanceof Boolean) return 4;
    return value instanceof Instant ? 5 : -1;
  }

  static int compare(Object a, Object b) {
    int byRank = Integer.compare(rank(a), rank(b));
    if (byRank != 0 || a instanceof Type || b instanceof Type || rank(a) == NOTHING) return byRank;
    if (a instanceof Number number) return compareNumbers(number, (Number) b);
    if (a instanceof String text) return text.compareTo((String) b);
    if (a instanceof ObjectId id) return id.compareTo((ObjectId) b);
    if (a instanceof Boolean truth) return truth.compareTo((Boolean) b);
    return ((Instant) a).compareTo((Instant) b);
  }

  /** Across types; the long decides where doubles are too coarse, and adding zero makes of -0.0 a plain one. */
  private static int compareNumbers(Number a, Number b) {
    int asDoubles = Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0);
    return asDoubles != 0 ? asDoubles : Long.compare(a.longValue(), b.longValue());
  }
}

/** The positions of a collection's documents in the order of an index's keys and, among equals, of the positions themselves. */
final class SortedKeys {
  /** More combinations of `$in` than this are not worth a search each. */
  private static final int MAX_SPANS = 10_000;

  private static final int BEFORE = -1;
  private static final int AFTER = 1;

  /** A document's keys; or a border, which has fewer keys and lies before or after all entries that begin with them. */
  record Entry(Object[] keys, Object position, int side) {}

  record Span(Entry from, Entry to) {}

  private final List<IndexKey> keys;
  private final boolean sparse;
  private final TreeSet<Entry> entries = new TreeSet<>(this::compare);

  /** Documents with an array or another value that has no place in the order. While there are any, the index serves nothing. */
  private int withoutPlace = 0;

  SortedKeys(List<IndexKey> keys, boolean sparse) {
    this.keys = keys;
    this.sparse = sparse;
  }

  void add(Document document, Object position) {
    Object[] values = valuesIn(document);
    if (!havePlace(values, position)) withoutPlace++;
    else if (isHeld(values)) entries.add(new Entry(values, position, 0));
  }

  void remove(Document document, Object position) {
    Object[] values = valuesIn(document);
    if (!havePlace(values, position)) withoutPlace--;
    else if (isHeld(values)) entries.remove(new Entry(values, position, 0));
  }

  void update(Document before, Document after, Object position) {
    if (Arrays.equals(valuesIn(before), valuesIn(after))) return;
    remove(before, position);
    add(after, position);
  }

  private Object[] valuesIn(Document document) {
    return keys.stream().map(key -> Utils.getSubdocumentValueCollectionAware(document, key.getKey())).toArray();
  }

  private static boolean havePlace(Object[] values, Object position) {
    return Values.rank(position) > Values.NOTHING && Arrays.stream(values).allMatch(Values::hasPlace);
  }

  /** Null and missing are the same here: whoever asks for either must not use a sparse index. */
  private boolean isHeld(Object[] values) {
    return !sparse || Arrays.stream(values).anyMatch(value -> Values.rank(value) != Values.NOTHING);
  }

  private int compare(Entry a, Entry b) {
    int shared = Math.min(a.keys.length, b.keys.length);
    for (int i = 0; i < shared; i++) {
      int compared = Values.compare(a.keys[i], b.keys[i]);
      if (compared != 0) return keys.get(i).isAscending() ? compared : -compared;
    }
    if (a.keys.length != b.keys.length) return a.keys.length < b.keys.length ? a.side : -b.side;
    return a.side != b.side ? Integer.compare(a.side, b.side) : comparePositions(a, b);
  }

  private static int comparePositions(Entry a, Entry b) {
    return a.side == 0 ? Values.compare(a.position, b.position) : 0;
  }

  /** How this index would answer; null when it cannot. */
  Plan plan(Map<String, Condition> conditions, Document sort) {
    if (withoutPlace > 0) return null;
    List<Object[]> prefixes = List.<Object[]>of(new Object[0]);
    boolean isOfSomething = false;
    int fixed = 0;
    Condition next = conditionOn(fixed, conditions);
    while (next != null && next.values != null && (long) prefixes.size() * next.values.size() <= MAX_SPANS) {
      prefixes = extend(prefixes, fixed, next);
      isOfSomething |= !next.isAlsoOfNothing();
      next = conditionOn(++fixed, conditions);
    }
    Condition range = next != null && next.values == null ? next : null;
    if (sparse && range == null && !isOfSomething) return null;
    int column = fixed;
    List<Span> spans = prefixes.stream().map(prefix -> spanOf(prefix, column, range)).toList();
    return new Plan(this, spans, direction(sort, conditions), fixed * 2 + (range == null ? 0 : 1));
  }

  private Condition conditionOn(int column, Map<String, Condition> conditions) {
    return column < keys.size() ? conditions.get(keys.get(column).getKey()) : null;
  }

  private List<Object[]> extend(List<Object[]> prefixes, int column, Condition condition) {
    NavigableSet<Object> values = keys.get(column).isAscending() ? condition.values : condition.values.descendingSet();
    List<Object[]> longer = new ArrayList<>();
    for (Object[] prefix : prefixes) for (Object value : values) longer.add(append(prefix, value));
    return longer;
  }

  private static Object[] append(Object[] prefix, Object value) {
    Object[] longer = Arrays.copyOf(prefix, prefix.length + 1);
    longer[prefix.length] = value;
    return longer;
  }

  private Span spanOf(Object[] prefix, int column, Condition range) {
    if (range == null) return new Span(border(prefix, BEFORE), border(prefix, AFTER));
    boolean ascending = keys.get(column).isAscending();
    Object type = new Values.Type(range.rank());
    Condition.Bound whole = new Condition.Bound(type, true);
    Condition.Bound lower = range.lower == null ? whole : range.lower;
    Condition.Bound upper = range.upper == null ? whole : range.upper;
    Condition.Bound first = ascending ? lower : upper;
    Condition.Bound last = ascending ? upper : lower;
    return new Span(
        border(append(prefix, first.value()), first.inclusive() ? BEFORE : AFTER),
        border(append(prefix, last.value()), last.inclusive() ? AFTER : BEFORE));
  }

  private static Entry border(Object[] keys, int side) {
    return new Entry(keys, null, side);
  }

  /** 1 when the entries come in the wanted order, -1 when in its reverse, 0 when in neither. */
  private int direction(Document sort, Map<String, Condition> conditions) {
    if (sort == null) return 1;
    int direction = 0;
    int column = 0;
    for (Map.Entry<String, Object> wanted : sort.entrySet()) {
      if (isConstant(wanted.getKey(), conditions)) continue;
      while (column < keys.size() && isConstant(keys.get(column).getKey(), conditions)) column++;
      String field = column < keys.size() ? keys.get(column).getKey() : "_id";
      boolean ascending = column >= keys.size() || keys.get(column).isAscending();
      if (!field.equals(wanted.getKey()) || !(wanted.getValue() instanceof Number towards)) return 0;
      int here = towards.intValue() > 0 == ascending ? 1 : -1;
      if (direction == -here) return 0;
      direction = here;
      if (field.equals("_id")) break; // nothing is left to decide
      column++;
    }
    return direction == 0 ? 1 : direction;
  }

  /** Only of its own keys the index knows that no array hides among the values. */
  private boolean isConstant(String field, Map<String, Condition> conditions) {
    Condition condition = conditions.get(field);
    return condition != null && condition.isOneValue() && keys.stream().anyMatch(key -> key.getKey().equals(field));
  }

  /** Lazy: a limit ends it. */
  Stream<Object> positions(Span span, boolean isReversed) {
    if (compare(span.from, span.to) > 0) return Stream.empty(); // nothing can be both
    NavigableSet<Entry> found = entries.subSet(span.from, false, span.to, false);
    Iterator<Entry> iterator = isReversed ? found.descendingIterator() : found.iterator();
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false).map(Entry::position);
  }
}

/** A way to answer a query: spans of an index in its order, which is the wanted one (1), its reverse (-1) or neither (0). */
record Plan(SortedKeys index, List<SortedKeys.Span> spans, int direction, int narrowness) {
  /** Reading so many documents costs too little to look for a better way. */
  private static final int FEW = 1_000;

  /** Null when all documents have to be read. */
  static Plan best(Collection<SortedKeys> indexes, Map<String, Condition> conditions, Document sort, int limit) {
    if (sort != null && sort.containsKey("$natural")) return null;
    boolean endsEarly = limit > 0 && sort != null && !sort.isEmpty();
    List<Plan> plans =
        indexes.stream()
            .map(index -> index.plan(conditions, sort))
            .filter(plan -> plan != null && (plan.narrowness > 0 || endsEarly && plan.isSorted()))
            .toList();
    if (plans.size() < 2) return plans.isEmpty() ? null : plans.get(0);
    Map<Plan, Long> offers = new IdentityHashMap<>();
    for (Plan plan : plans) offers.put(plan, plan.positions().limit(FEW).count());
    return plans.stream()
        .min(
            Comparator.<Plan>comparingLong(offers::get)
                .thenComparing(plan -> endsEarly && plan.isSorted() ? 0 : 1)
                .thenComparing(plan -> -plan.narrowness))
        .get();
  }

  boolean isSorted() {
    return direction != 0;
  }

  Stream<Object> positions() {
    boolean isReversed = direction < 0;
    List<SortedKeys.Span> inOrder = new ArrayList<>(spans);
    if (isReversed) Collections.reverse(inOrder);
    return inOrder.stream().flatMap(span -> index.positions(span, isReversed));
  }
}
