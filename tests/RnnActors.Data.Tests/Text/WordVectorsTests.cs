using RnnActors.Core.Problems;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public sealed class WordVectorsTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("the 1 2\ncat 3 -0.5\n")]
    [InlineData("2 2\nthe 1 2 \ncat 3 -0.5 \n")]
    public void Words_have_their_vectors_or_those_of_their_lower_case(string text)
    {
        WordVectors vectors = Read(text, "The", "dog", "cat");
        Assert.Equal((2, 2), (vectors.Dimensions, vectors.Found));
        Assert.Equal([1, 2], vectors.Values[0]!);
        Assert.Null(vectors.Values[1]);
        Assert.Equal([3, -0.5f], vectors.Values[2]!);
    }

    [Theory]
    [InlineData("the 1 2\ncat 3\n", "v:2: this line is not a word with its values")]
    [InlineData("the 1 2\ncat 3 4 5\n", "v:2: this line has 3 values, but the first one has 2")]
    [InlineData("the 1 x\n", "v:1: \"x\" is no number")]
    [InlineData("other 1 2\n", "v: none of the training words has a vector in it")]
    public void What_is_wrong_is_told_with_its_line(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidInputException>(() => Read(text, "the", "cat")).Message, StringComparison.Ordinal);

    private WordVectors Read(string text, params string[] words)
    {
        File.WriteAllText(_path, text);
        return WordVectors.Read(_path, "v", words);
    }
}
