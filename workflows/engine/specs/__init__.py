"""What tokens do at each BPMN concept, one module a concept, as subclasses of Spiff's task specs."""
