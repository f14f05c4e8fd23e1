import { PushError } from '#libs/kernel';

/** Another Carillon process uses the data folder. */
export class DataFolderInUse extends PushError {
  readonly code = 'data_folder_in_use';
  readonly retryable = false;

  constructor(path: string, options?: ErrorOptions) {
    super(`The data folder ${path} is used by another Carillon process; stop it or set CARILLON_DATA`, options);
  }
}

/** The data folder cannot be made or written. */
export class DataFolderUnusable extends PushError {
  readonly code = 'data_folder_unusable';
  readonly retryable = false;

  constructor(path: string, options?: ErrorOptions) {
    super(`The data folder ${path} cannot be written; set CARILLON_DATA to one that can`, options);
  }
}

/** The data file cannot be opened or brought up to date: damaged, no database, or the disk is full. */
export class DataFileUnusable extends PushError {
  readonly code = 'data_file_unusable';
  readonly retryable = false;

  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`The data file ${file} cannot be used: ${why}`, options);
  }
}
