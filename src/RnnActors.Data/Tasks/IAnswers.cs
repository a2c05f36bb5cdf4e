namespace RnnActors.Data.Tasks;

/// <summary>A task whose answers have a type of their own.</summary>
public interface IAnswers : IPredicts
{
    /// <summary>The type of an answer.</summary>
    Type AnswerType { get; }
}

/// <summary>
/// A task that answers programs with records of its own type, and people with a table. A fitted task that implements this can be used by
/// <c>TrainedModel.Answer</c>.
/// </summary>
/// <typeparam name="TAnswer">The answer to one text, series, sound or table.</typeparam>
public interface IAnswers<TAnswer> : IAnswers
{
    Type IAnswers.AnswerType => typeof(TAnswer);

    /// <summary>A network's answers, in the order of the request.</summary>
    /// <exception cref="RnnActors.Core.Problems.InvalidInputException">The request cannot be used.</exception>
    IReadOnlyList<TAnswer> Answer(TrainedNetwork network, PredictionRequest request);
}
