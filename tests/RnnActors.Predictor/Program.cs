using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Data.Trained;

// predictor RUN FILE, or predictor RUN TEXT...: what `rnnactors predict` says, in a program of its own.
if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: predictor RUN FILE | predictor RUN TEXT...");
    return 2;
}

try
{
    var model = TrainedModel.Load(args[0]);
    PredictionTable answer = File.Exists(args[1]) ? model.PredictFile(args[1]) : model.Predict(args[1..]);
    foreach (string note in answer.Notes) Console.Error.WriteLine($"Note: {note}");
    foreach (string line in answer.ToCsv()) Console.WriteLine(line);
    return 0;
}
catch (InvalidInputException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
