using Xunit.Abstractions;
using Xunit.Sdk;

namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>Blocks run in the order in which they stand, since later ones use what earlier ones made.</summary>
public sealed class InDocumentOrder : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases
            .OrderBy(test => test.TestMethodArguments is [string document, int, ..] ? document : "", StringComparer.Ordinal)
            .ThenBy(test => test.TestMethodArguments is [string, int line, ..] ? line : 0);
}
