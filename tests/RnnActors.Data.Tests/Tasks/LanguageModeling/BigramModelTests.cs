using CsCheck;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.LanguageModeling;

public class BigramModelTests
{
    [Fact]
    public void Probabilities_behind_each_token_add_up_to_one() =>
        Gen.Select(Gen.Int[0, 5].Array[1, 60], Gen.Int[0, 5]).Sample((text, before) =>
        {
            var model = new BigramModel(text, 6);
            Assert.Equal(1, Enumerable.Range(0, 6).Sum(next => model.Probability(before, next)), 1e-12);
            Assert.All(Enumerable.Range(0, 6), next => Assert.True(model.Probability(before, next) > 0));
        }, iter: 300);

    [Fact]
    public void A_worked_example()
    {
        // Pairs of 0 1 0 2 0 1: 01 twice, 10, 02, 20 once; so N(· ·) = 4, each token behind one other but 0 behind two.
        var model = new BigramModel([0, 1, 0, 2, 0, 1], 3);
        double unigram = ((1 - 0.75) / 4) + (0.75 * 3 / 4 / 3);
        Assert.Equal(((2 - 0.75) + (0.75 * 2 * unigram)) / 3, model.Probability(0, 1), 1e-12);
        Assert.Equal(0.75 * ((1.25 / 4) + (0.75 * 3 / 4 / 3)) * 2 / 3, model.Probability(0, 0), 1e-12);
        Assert.Equal([1, 0, 0], model.Likeliest());
    }

    [Fact]
    public void The_loss_is_the_mean_over_the_labels_of_a_dataset()
    {
        int[] text = [0, 1, 2, 0, 1, 2, 0, 1, 2];
        var model = new BigramModel(text, 3);
        var loss = model.Loss(new TokenStreamDataset(text, 3, steps: 4, streams: 2));
        Assert.Equal((8, 8), (loss.Count, loss.Correct));
        Assert.Equal(-Enumerable.Range(0, 8).Sum(i => Math.Log(model.Probability(text[i], text[i + 1]))), loss.Sum, 1e-12);
    }
}
