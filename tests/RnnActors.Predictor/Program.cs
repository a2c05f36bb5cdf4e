using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Trained;

// predictor RUN FILE: the table that `rnnactors predict` prints. predictor RUN TEXT...: the label of each text, for classifiers of texts.
if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: predictor RUN FILE | predictor RUN TEXT...");
    return 2;
}

try
{
    var model = TrainedModel.Load(args[0]);
    if (File.Exists(args[1]))
    {
        PredictionTable answer = model.PredictFile(args[1]);
        foreach (string note in answer.Notes) Console.Error.WriteLine($"Note: {note}");
        foreach (string line in answer.ToCsv()) Console.WriteLine(line);
    }
    else
    {
        foreach (ClassificationAnswer answer in model.Answer<ClassificationAnswer>(args[1..]))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Example},{answer.Label},{answer.Probability:G9}"));
    }

    return 0;
}
catch (InvalidInputException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
