package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a change of a table comes to hold: on a node that is alone, or for all nodes of a cluster. Blocks; any thread, one change of
 * a table at a time on this node.
 */
interface TableChanges {

    /**
     * What a change is made from.
     *
     * @param name of the table
     * @param entry what holds now; null: there is no such table
     * @param dropped the newest version of the table's last life, as far as it is shared, or 0
     * @param revision of what is shared; 0: it was never shared
     */
    record Base(String name, @Nullable TableEntry entry, long dropped, long revision) {}

    /** What holds now; reads memory alone. */
    Base look(String name) throws IOException;

    /** The same as all nodes have it, to make a change from. */
    Base base(String name) throws IOException;

    /** The newest version of the last life of a table that is not there, or 0. */
    long dropped(Base base) throws IOException;

    /**
     * What holds after a race was lost over {@code lost}.
     *
     * @param races how many were lost, this one included
     * @throws io.dataprism.core.error.DataPrismException {@code STATE_CONFLICT} where it is lost too often, or it is not learned in
     *     time what holds
     */
    Base baseAfter(Base lost, int races, LostRaceException why) throws IOException;

    /** The file to publish: this one, or another with the same bytes where this one may be needed again. */
    Path spend(Path parquet) throws IOException;

    /** Sees to it that files of what holds are here. */
    void require(List<Blob> files);

    /**
     * Makes the entry that {@code next} answers for the file the table's. Where anything fails, nothing has changed but that the file
     * may be gone.
     */
    TableEntry publish(Base base, Path parquet, TablePublisher.NextEntry next)
            throws IOException, SQLException, LostRaceException;

    /** Removes the table, which is there; queries that read it go on. */
    void remove(Base base) throws IOException, SQLException, LostRaceException;

    /**
     * Waits for a while until others see the change too; whether they do or not, it holds.
     *
     * @param version what was made; that of {@code base} where the table was removed
     */
    void settle(String name, long version, boolean removed);

    /** Whether the sample table is there or was, so that it is not to be loaded. */
    boolean hadSample();

    /** Notes that it was. */
    void noteSample() throws IOException;
}
