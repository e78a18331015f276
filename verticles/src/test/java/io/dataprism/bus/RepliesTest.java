package io.dataprism.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class RepliesTest {

    private static final DataPrismException KNOWN =
            new DataPrismException(ErrorCode.TABLE_NOT_FOUND, "There is no table 'a'.", "Load it.");

    @Test
    void aFailureThatIsKnownIsTheSameWhereverItWasWrapped() {
        assertThat(Replies.toProblem(KNOWN)).isSameAs(KNOWN);
        assertThat(Replies.toProblem(new CompletionException(new CompletionException(KNOWN))))
                .isSameAs(KNOWN);
        assertThat(Replies.recover(KNOWN).cause()).isSameAs(KNOWN);
    }

    @Test
    void aFailureThatWasRepliedIsWhatItWasBefore() {
        String text = new JsonObject(KNOWN.toJson()).encode();
        var problem = Replies.toProblem(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 404, text));
        assertThat(problem.toJson()).isEqualTo(KNOWN.toJson());
    }

    @Test
    void whereNobodyServesAndWhereNobodyAnswersAreToldApart() {
        var nobody = Replies.toProblem(new ReplyException(ReplyFailure.NO_HANDLERS, "for address x.y"));
        assertThat(nobody.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(nobody.detail()).contains("x.y");
        var late = Replies.toProblem(new ReplyException(ReplyFailure.TIMEOUT, "after 30 s"));
        assertThat(late.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(late.detail()).contains("30 s");
    }

    @Test
    void whatNobodyForesawTellsNothingButWhereToLook() {
        for (Throwable unforeseen : new Throwable[] {
            new IllegalStateException("a secret"),
            new CompletionException("a secret", null),
            new ReplyException(ReplyFailure.ERROR, "a secret"),
            new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 500, "a secret that is no JSON"),
            new ReplyException(ReplyFailure.RECIPIENT_FAILURE)
        }) {
            DataPrismException problem = Replies.toProblem(unforeseen);
            assertThat(problem.code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(new JsonObject(problem.toJson()).encode()).doesNotContain("secret");
            assertThat(problem.hint()).contains(String.valueOf(problem.toJson().get("instance")));
        }
    }
}
