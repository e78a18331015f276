package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Changes on a node that is alone.
 *
 * @param sampleMarker a file that is there once the sample table was loaded
 */
record LocalChanges(TableCatalog catalog, TablePublisher publisher, Path sampleMarker) implements TableChanges {

    @Override
    public Base look(String name) {
        return new Base(name, catalog.get(name), 0, 0);
    }

    @Override
    public Base base(String name) {
        return look(name);
    }

    @Override
    public long dropped(Base base) throws IOException {
        return catalog.dropped(base.name());
    }

    @Override
    public Base baseAfter(Base lost, int races, LostRaceException why) {
        throw why.conflict();
    }

    @Override
    public Path spend(Path parquet) {
        return parquet;
    }

    @Override
    public void require(List<Blob> files) {
        // what the tables of a node that is alone name is here
    }

    @Override
    public TableEntry publish(Base base, Path parquet, TablePublisher.NextEntry next) throws IOException, SQLException {
        return publisher.publish(base.entry(), parquet, next);
    }

    @Override
    public void remove(Base base) throws IOException, SQLException {
        publisher.remove(Objects.requireNonNull(base.entry(), "what is removed is there"));
    }

    @Override
    public void settle(String name, long version, boolean removed) {
        // nobody else sees it
    }

    @Override
    public boolean hadSample() {
        return Files.exists(sampleMarker);
    }

    @Override
    public void noteSample() throws IOException {
        try {
            Files.createFile(sampleMarker);
        } catch (FileAlreadyExistsException noted) {
            // by an earlier start
        }
    }
}
