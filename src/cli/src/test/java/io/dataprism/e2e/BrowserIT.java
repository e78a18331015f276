package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's lines for a browser, in a real browser. Needs Debian's package chromium. */
@Tag("longer")
class BrowserIT {

    @TempDir
    Path folder;

    @Test
    void aBrowsersEventSourceFollowsEventsAfterSigningInWithASession() throws Exception {
        try (Service service = Service.start(folder.resolve("data"));
                Browser browser = Browser.start(folder.resolve("profile"))) {
            browser.open(service.base().resolve("/"));
            Object status = browser.run("fetch('/v1/session', { method: 'POST', headers: { Authorization: 'Bearer "
                    + service.token() + "' } }).then(answer => answer.status)");
            assertThat(status).isEqualTo(204);
            browser.run("""
                    new Promise(done => {
                      window.seen = [];
                      window.events = new EventSource('/v1/events?topic=news:**');
                      window.events.addEventListener('event', (e) => window.seen.push([e.lastEventId, JSON.parse(e.data).subject]));
                      window.events.addEventListener('ready', () => done(true));
                    })""");

            service.post("/v1/events/news:today", new JsonObject().put("data", "hello"));
            Object subject = browser.run("""
                    new Promise(done => {
                      const look = () => window.seen.length ? done(window.seen[0][1]) : requestAnimationFrame(look);
                      look();
                    })""");

            assertThat(subject).isEqualTo("news:today");
            assertThat(browser.run("window.seen[0][0].length > 0")).isEqualTo(true);
        }
    }
}
