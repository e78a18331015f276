package io.dataprism.core.confinement;

import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the hostile corpus: a plugin of the test resources, and what must come of it.
 *
 * @param attack the class
 * @param reason a pattern of why, where the outcome has a reason
 */
record HostileRow(String attack, Outcome outcome, String reason) {

    /** What comes of an attack. */
    enum Outcome {
        /** Every attempt is refused, within the plugin, which lives on. */
        REFUSED,
        /** The plugin lives on and the host has lost nothing. */
        HARMLESS,
        /** The call fails, and the plugin lives on. */
        FAILS,
        /** As the quota holds: refused, harmless, or ended with the reason. */
        HELD,
        /** The call is late, and the host ends the plugin when a second one is. */
        STUCK,
        /** The process ends, and the host knows why. */
        ENDED,
        /** A step of its life fails. */
        DIES
    }

    private static final String BROKE = "broke the protocol and was ended: ";
    private static final String MEMORY = "out of memory|MiB of memory|signal 9";
    private static final String DIED = "exit code 11";

    /** All of them. */
    static Stream<HostileRow> all() {
        return Stream.of(files(), kernel(), memory(), processor(), filling(), frames(), bus(), machine(), life())
                .flatMap(List::stream);
    }

    /** Those that take memory, processors, disk and pipes: what holds them is another where there are no control groups. */
    static Stream<HostileRow> ofResources() {
        return Stream.of(memory(), processor(), filling(), life()).flatMap(List::stream);
    }

    private static List<HostileRow> files() {
        return List.of(
                refused("ReadsFilesOutside"),
                refused("WritesFilesOutside"),
                refused("FollowsSymbolicLinksOut"),
                refused("MakesHardLinksOut"),
                refused("ReadsProc"),
                refused("ReadsSys"),
                refused("OpensDevices"),
                refused("ChangesMetadata"));
    }

    private static List<HostileRow> kernel() {
        return List.of(
                refused("OpensEverySocketFamily"),
                refused("ConnectsToUnixSockets"),
                refused("UsesTheNetwork"),
                refused("ExecutesPrograms"),
                refused("ForksByEveryCall"),
                refused("TracesTheHost"),
                refused("SignalsTheHost"),
                refused("JoinsTheHostsGroup"),
                refused("LimitsTheHost"),
                refused("UsesRareSystemCalls"),
                refused("UsesForeignNumbers"),
                refused("UndoesConfinement"),
                refused("HidesMemory"),
                refused("TearsSharedMemory"),
                refused("UsesUpWhatTheUserHas"));
    }

    private static List<HostileRow> memory() {
        return List.of(
                ended("FillsTheHeap", MEMORY),
                ended("FillsMemoryBesideTheHeap", MEMORY),
                held("FillsMappedMemory", MEMORY + "|errno 12"),
                ended("FillsTheMetaspace", MEMORY),
                held("FillsTheCodeCache", MEMORY),
                refused("FillsDirectBuffers"),
                held("FillsMappedFiles", MEMORY),
                held("StartsThreadsWithoutEnd", MEMORY + "|threads and may have"),
                held("StartsVirtualThreadsWithoutEnd", MEMORY + "|still ran"),
                harmless("NeverStopsRecursing"));
    }

    private static List<HostileRow> processor() {
        return List.of(
                stuck("BurnsEveryThread"),
                harmless("BurnsInACleaner"),
                stuck("BurnsInARegularExpression"),
                stuck("DeadlocksItself"),
                stuck("IgnoresInterrupts"),
                harmless("NeverEndsItsShutdown"),
                stuck("StopsItself"),
                ended("RefusesItsOwnCalls", "lost its connection|still ran"));
    }

    private static List<HostileRow> filling() {
        String folder = "bytes in its folder and may have";
        return List.of(
                ended("FillsTheDisk", folder),
                ended("FillsTheDiskUnseen", folder),
                ended("FillsTheDiskBehindMappings", folder),
                ended("FillsInodes", "more than 20000 files"),
                ended("DigsAndHides", "cannot be measured"),
                ended("LocksItsFoldersToHide", folder + "|cannot be measured"),
                refused("WritesSparseFiles"),
                refused("NamesFilesHugely"),
                refused("OpensTooManyFiles"),
                ended("StopsReading", "does not read"),
                harmless("FillsTheLog"));
    }

    private static List<HostileRow> frames() {
        return List.of(
                ended("SendsAFrameTooShort", BROKE + ".*announced"),
                ended("SendsTwoGigabytes", BROKE + ".*2147483638 bytes was announced"),
                ended("SendsFourGigabytes", BROKE + ".*4294967286 bytes was announced"),
                ended("SendsUnknownTypes", BROKE + ".*unknown type 99"),
                ended("SendsRandomBytes", BROKE),
                stuck("SendsHalfAFrame"),
                ended("SpeaksForForeignStreams", BROKE + ".*never opened"),
                ended("UsesTheHostsIds", BROKE + ".*not one of its next"),
                ended("SpeaksAsTheHost", BROKE + ".*GO"),
                ended("SaysHelloAgain", BROKE + ".*HELLO"),
                ended("LiesAboutCredit", BROKE),
                ended("LiesAboutTheSchema", BROKE),
                ended("PlacesBatchesOutside", BROKE),
                ended("GivesBackForeignPlaces", BROKE),
                ended("NestsWithoutEnd", BROKE),
                ended("AnswersWithHugeNumbers", BROKE),
                ended("AnswersWithBrokenText", BROKE),
                harmless("RepliesTwice"),
                harmless("RepliesAfterTheEnd"),
                ended("RepliesToCallsToCome", BROKE + ".*never opened"),
                ended("AsksForTooMuchAtOnce", BROKE + ".*more than 320"),
                ended("AsksForWhatDoesNotExist", BROKE + ".*shutdown"),
                ended("SendsForeignCheckpoints", BROKE + ".*checkpoint"),
                ended("LogsAtNoLevel", BROKE + ".*level 99"),
                ended("ClosesThePipes", "lost its connection"));
    }

    private static List<HostileRow> bus() {
        return List.of(
                refused("ForgesThePrincipal"),
                refused("GuessesAddresses"),
                held("FloodsTopics", "does not read"),
                new HostileRow("AnswersWithAGadget", Outcome.FAILS, "no JSON value"),
                harmless("NamesAGadget"));
    }

    private static List<HostileRow> machine() {
        return List.of(
                ended("ExitsTheJvm", "exit code 7"),
                ended("HaltsTheJvm", "exit code 9"),
                ended("WritesToForeignMemory", "signal 6|signal 11|exit code"),
                refused("LoadsNativeCode"),
                refused("CallsForeignFunctions"),
                refused("AttachesToJvms"),
                refused("LoadsAnAgent"),
                harmless("ChangesDefaults"),
                refused("ShadowsTheApi"));
    }

    private static List<HostileRow> life() {
        return List.of(
                dies("StartsSlowly", "PLUGIN_TIMEOUT"),
                dies("NeverGetsReady", "PLUGIN_TIMEOUT"),
                dies("DiesInItsInitialiser", DIED),
                dies("DiesInItsConstructor", DIED),
                dies("DiesInInitialize", DIED),
                dies("DiesInConfigure", DIED),
                dies("DiesInActivate", DIED),
                dies("DiesInDeactivate", DIED),
                dies("DiesInCleanup", DIED),
                new HostileRow("ThrowsErrorsEverywhere", Outcome.FAILS, "ThreadDeath"));
    }

    private static HostileRow refused(String attack) {
        return new HostileRow(attack, Outcome.REFUSED, "");
    }

    private static HostileRow harmless(String attack) {
        return new HostileRow(attack, Outcome.HARMLESS, "");
    }

    private static HostileRow held(String attack, String reason) {
        return new HostileRow(attack, Outcome.HELD, reason);
    }

    private static HostileRow stuck(String attack) {
        return new HostileRow(attack, Outcome.STUCK, "still ran");
    }

    private static HostileRow ended(String attack, String reason) {
        return new HostileRow(attack, Outcome.ENDED, reason);
    }

    private static HostileRow dies(String attack, String reason) {
        return new HostileRow(attack, Outcome.DIES, reason);
    }

    @Override
    public String toString() {
        return attack;
    }
}
