package dev.uprobe.agent.process.files;

/** Where files are searched for, and how messages speak of it. */
public enum SearchPlace {
  /** The host that this program runs on. */
  HOST(1024, "", "", "", "give the path of the file"),
  /** The node of a cluster, whose container this program runs in. */
  NODE(1024, " of the node", " on the node", " on it", "give the path of the file"),
  CONTAINER(
      256,
      " of the container",
      " in the container",
      " in it",
      "remove binary if the program is statically linked, or give the file's path");

  private final int maxFiles;
  private final String ofIt;
  private final String inIt;
  private final String installedIn;
  private final String advice;

  SearchPlace(int maxFiles, String ofIt, String inIt, String installedIn, String advice) {
    this.maxFiles = maxFiles;
    this.ofIt = ofIt;
    this.inIt = inIt;
    this.installedIn = installedIn;
    this.advice = advice;
  }

  /** The most distinct files of one search, each of them two descriptors. */
  int maxFiles() {
    return maxFiles;
  }

  /** Follows "the processes"; with a blank before it, or empty. */
  String ofIt() {
    return ofIt;
  }

  /** Follows "there is no file x"; with a blank before it, or empty. */
  String inIt() {
    return inIt;
  }

  /** Follows "none is installed"; with a blank before it, or empty. */
  String installedIn() {
    return installedIn;
  }

  /** What to do about a library that is not there. */
  String advice() {
    return advice;
  }
}
