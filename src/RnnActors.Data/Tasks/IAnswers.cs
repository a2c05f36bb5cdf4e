namespace RnnActors.Data.Tasks;

/// <summary>A task whose answers have a type of their own.</summary>
public interface IAnswers : IPredicts
{
    /// <summary>What a program asks for.</summary>
    Type AnswerType { get; }
}

/// <summary>
/// A task that answers a program by records of its own, which its folder says, and people by a table. A fitted task that implements this needs nothing else
/// to be asked by <c>TrainedModel.Answer</c>.
/// </summary>
/// <typeparam name="TAnswer">The answer to one text, series, sound or table.</typeparam>
public interface IAnswers<TAnswer> : IAnswers
{
    Type IAnswers.AnswerType => typeof(TAnswer);

    /// <summary>A network's answers, in the order of what it was asked about.</summary>
    /// <exception cref="RnnActors.Core.Problems.InvalidInputException">What is asked about cannot be used.</exception>
    IReadOnlyList<TAnswer> Answer(TrainedNetwork network, PredictionRequest request);
}
