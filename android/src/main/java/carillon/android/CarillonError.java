package carillon.android;

/** Why a call came to nothing, by its stable code. */
public final class CarillonError {
  private final String code;
  private final int status;
  private final String detail;

  CarillonError(String code, int status, String detail) {
    this.code = code;
    this.status = status;
    this.detail = detail == null ? code : detail;
  }

  /**
   * The platform's code; of this library's own: {@code network} where nobody answered, {@code not_registered}, {@code not_configured},
   * {@code bad_value} for what JSON cannot say, {@code too_many_calls}, {@code not_yet} from {@link Pending#await}, {@code unexpected}.
   */
  public String code() {
    return code;
  }

  /** Of HTTP; 0 where there was no answer. */
  public int status() {
    return status;
  }

  /** For people: never decide by it. */
  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return code + (status == 0 ? "" : " (" + status + ")") + ": " + detail;
  }
}
