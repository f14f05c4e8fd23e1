package carillon.android;

/** How a call ended: with a value, or with an error. */
public final class Answer<T> {
  private final T value;
  private final CarillonError error;

  private Answer(T value, CarillonError error) {
    this.value = value;
    this.error = error;
  }

  static <T> Answer<T> of(T value) {
    return new Answer<>(value, null);
  }

  static <T> Answer<T> failed(CarillonError error) {
    return new Answer<>(null, error);
  }

  /** Null where there is an error, and where the call has nothing to say. */
  public T value() {
    return value;
  }

  /** Null where all went well. */
  public CarillonError error() {
    return error;
  }
}
